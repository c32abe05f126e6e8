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
	}
	h.out, h.weight = p.alloc(3*h.wide*h.high), p.alloc(h.wide*h.high)
	p.each((p.h+stripRows-1)/stripRows, func(s *scratch, i int) {
		first, end := i*stripRows*w.Patch, min((i+1)*stripRows, p.h)*w.Patch
		c := p.cues(s, first, end)
		for line := first; line < end; line++ {
			h.line(s, line, c)
		}
	})
	return h.out, h.weight
}

// stripRows is how many token rows share one measuring of cues: enough that the
// lines which only their means need are few, few enough that the cues stay in
// the cache.
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

// smooth averages outputs over the 3×3 tokens around each, of those inside the grid.
func (p *pass) smooth(outputs []float32) []float32 {
	const n = core.TwoScaleOutputs
	smoothed := p.alloc(len(outputs))
	for r := range p.h {
		for c := range p.w {
			sum := smoothed[(r*p.w+c)*n:][:n]
			clear(sum)
			var count float32
			for y := max(r-1, 0); y <= min(r+1, p.h-1); y++ {
				for x := max(c-1, 0); x <= min(c+1, p.w-1); x++ {
					for k, v := range outputs[(y*p.w+x)*n:][:n] {
						sum[k] += v
					}
					count++
				}
			}
			for k := range sum {
				sum[k] /= count
			}
		}
	}
	return smoothed
}

// twoScaleHead is the head at work on the pixels.
type twoScaleHead struct {
	*pass
	maps        []float32 // N×TwoScaleOutputs, smoothed
	wide, high  int       // pixels
	out, weight []float32
}

// line makes a line of pixels.
func (h *twoScaleHead) line(s *scratch, line int, c *cues) {
	const n = core.TwoScaleOutputs
	maps := s.buf(5, h.w*n) // of the line, a token
	y0, y1, fy := core.LinearTap(line, h.high, h.h)
	above, below := h.maps[y0*h.w*n:], h.maps[y1*h.w*n:]
	for i := range maps {
		maps[i] = core.Lerp(above[i], below[i], fy)
	}
	room := s.buf(6, 5*h.wide)
	part := func(k int) []float32 { return room[k*h.wide:][:h.wide] }
	detail, strength := part(0), part(1)
	share := h.weight[line*h.wide:][:h.wide]
	fine, activity, brightness := c.line(c.fine, line), c.line(c.activity, line), c.line(c.brightness, line)
	for i := range share {
		x0, x1, fx := core.LinearTap(i, h.wide, h.w)
		left, right := maps[x0*n:][:n], maps[x1*n:][:n]
		var m [n]float32
		for k := range m {
			m[k] = core.Lerp(left[k], right[k], fx)
		}
		z, g := m[0], m[1:][:core.TwoScaleGains]
		share[i] = z + float32(g[0]*activity[i]) + float32(g[1]*brightness[i])
		detail[i] = z + g[2] + float32(g[3]*fine[i]) + float32(g[4]*activity[i]) + float32(g[5]*brightness[i])
		strength[i] = g[6]
		for ch := range 3 {
			room[(2+ch)*h.wide+i] = m[1+core.TwoScaleGains+ch]
		}
	}
	kernel.Sigmoid(share)
	kernel.Sigmoid(room[:2*h.wide])
	for ch := range 3 {
		at := (ch*h.high + line) * h.wide
		a, b, o := h.sources[0][at:][:h.wide], h.sources[1][at:][:h.wide], h.out[at:][:h.wide]
		meanA, meanB, colour := c.line(c.means[0][ch], line), c.line(c.means[1][ch], line), part(2+ch)
		for i, f := range share {
			v, m, n := detail[i], meanA[i], meanB[i]
			low := float32(f*m) + float32((1-f)*n)
			high := float32(v*(a[i]-m)) + float32((1-v)*(b[i]-n))
			o[i] = low + float32(2*strength[i]*high) + colour[i]
		}
	}
}
