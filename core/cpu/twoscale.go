package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// TwoScaleHead implements core.Pass.
func (p *pass) TwoScaleHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	h := twoScaleHead{
		pass: p, maps: p.smooth(p.outputs(z.([]float32), prompts.([]float32), w)),
		wide: p.w * w.Patch, high: p.h * w.Patch,
		taps: taps(p.w*w.Patch, p.w),
	}
	h.out, h.weight = p.alloc(3*h.wide*h.high), p.alloc(h.wide*h.high)
	lines := p.rows.times(w.Patch)
	strips := span{p.rows.from / stripRows, (p.rows.to + stripRows - 1) / stripRows}
	p.eachRow(strips, func(s *scratch, i int) {
		first, end := i*stripRows*w.Patch, min((i+1)*stripRows, p.h)*w.Patch
		c := p.cues(s, first, end)
		for line := max(first, lines.from); line < min(end, lines.to); line++ {
			h.line(s, line, c)
		}
	})
	return h.out, h.weight
}

// stripRows is how many token rows share one measuring of cues: enough that the
// lines which only their means need are few, few enough that the cues stay in
// the cache. Strips are those of the whole grid whatever part of it is computed, so
// that the cues' sums begin at the same places.
const stripRows = 7

// outputs are the head's of every token, N×TwoScaleOutputs, with the prompts'
// dominance in the logit.
func (p *pass) outputs(z, prompts []float32, w *core.BlendHead) []float32 {
	m, bias := of(w.Weight).matrix(), vector(w.Bias)
	dominance := p.dominance(prompts)
	outputs := p.alloc(p.n * w.Out)
	p.each(p.h, func(s *scratch, r int) {
		m.multiply(outputs[r*p.w*w.Out:][:p.w*w.Out], p.pairs(s, z, r, w.In/2), p.w, bias, s)
		for i := r * p.w; i < (r+1)*p.w; i++ {
			outputs[i*w.Out] += float32(w.PromptGain * dominance[i])
		}
	})
	return outputs
}

// smooth averages outputs over a square of tokens around each, of those inside the
// grid. The sums go through the rows, and in a row from left to right.
func (p *pass) smooth(outputs []float32) []float32 {
	const n = core.TwoScaleOutputs
	const radius = core.TokenRadius
	smoothed := p.alloc(len(outputs))
	p.each(p.h, func(_ *scratch, r int) {
		sums := smoothed[r*p.w*n:][:p.w*n]
		clear(sums)
		top, bottom := max(r-radius, 0), min(r+radius, p.h-1)
		for y := top; y <= bottom; y++ {
			row := outputs[y*p.w*n:][:p.w*n]
			for dx := max(-radius, 1-p.w); dx <= min(radius, p.w-1); dx++ {
				kernel.Add(sums[max(-dx, 0)*n:(p.w-max(dx, 0))*n], row[max(dx, 0)*n:(p.w-max(-dx, 0))*n])
			}
		}
		for c := range p.w {
			count := float32((bottom - top + 1) * (min(c+radius, p.w-1) - max(c-radius, 0) + 1))
			for k := range n {
				sums[c*n+k] /= count
			}
		}
	})
	return smoothed
}

// twoScaleHead is the head at work on the pixels.
type twoScaleHead struct {
	*pass
	maps        []float32   // N×TwoScaleOutputs, smoothed
	wide, high  int         // pixels
	taps        kernel.Taps // from tokens to pixels, along a line
	out, weight []float32
}

// line makes a line of pixels.
func (h *twoScaleHead) line(s *scratch, line int, c *cues) {
	const n = core.TwoScaleOutputs
	tokens := s.buf(5, h.w*n)
	y0, y1, fy := core.LinearTap(line, h.high, h.h)
	kernel.Mix(tokens, h.maps[y0*h.w*n:], h.maps[y1*h.w*n:], 1-fy, fy)
	room := s.buf(6, (n+2)*h.wide)
	row := func(k int) []float32 { return room[k*h.wide:][:h.wide] }
	gain := func(k int) []float32 { return row(1 + k) }
	colour := func(ch int) []float32 { return row(1 + core.TwoScaleGains + ch) }
	kernel.EnlargeRow(room, tokens, n, h.taps)

	share, detail, strength := h.weight[line*h.wide:][:h.wide], gain(2), gain(6)
	fine, activity, brightness := c.line(c.fine, line), c.line(c.activity, line), c.line(c.brightness, line)
	copy(share, row(0))
	kernel.MulAdd(share, gain(0), activity)
	kernel.MulAdd(share, gain(1), brightness)
	kernel.Add(detail, row(0))
	kernel.MulAdd(detail, gain(3), fine)
	kernel.MulAdd(detail, gain(4), activity)
	kernel.MulAdd(detail, gain(5), brightness)
	for _, v := range [][]float32{share, detail, strength} {
		kernel.Sigmoid(v)
	}
	kernel.Add(strength, strength) // up to twice the detail

	first, second := row(n), row(n+1)
	for ch := range 3 {
		at := (ch*h.high + line) * h.wide
		a, b, out := h.sources[0][at:], h.sources[1][at:], h.out[at:][:h.wide]
		meanA, meanB := c.line(c.means[0][ch], line), c.line(c.means[1][ch], line)
		kernel.Mix(first, a, meanA, 1, -1)
		kernel.Mix(second, b, meanB, 1, -1)
		kernel.Blend(first, first, second, detail)
		kernel.Blend(out, meanA, meanB, share)
		kernel.MulAdd(out, strength, first)
		kernel.Add(out, colour(ch))
	}
}

// taps resize a row of size samples to n, as core.LinearTap does.
func taps(n, size int) kernel.Taps {
	t := kernel.Taps{Low: make([]int32, n), High: make([]int32, n), Frac: make([]float32, n)}
	for i := range n {
		low, high, frac := core.LinearTap(i, n, size)
		t.Low[i], t.High[i], t.Frac[i] = int32(low), int32(high), frac
	}
	return t
}
