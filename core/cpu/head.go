package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// PixelHead implements core.Pass.
func (p *pass) PixelHead(z core.Activation, w *core.Linear) core.Activation {
	x, patch := z.([]float32), p.cfg.Patch
	m, bias := of(w.Weight).matrix(), vector(w.Bias)
	wide, plane := p.w*patch, p.n*patch*patch
	out := p.alloc(3 * plane)
	p.each(p.h, func(s *scratch, r int) {
		y := s.buf(0, p.w*w.Out)
		m.multiply(y, x[r*p.w*w.In:][:p.w*w.In], p.w, bias, s)
		for i := range p.w {
			for j, v := range y[i*w.Out:][:w.Out] { // (row, column, channel) in the patch
				row, col, c := j/3/patch, j/3%patch, j%3
				out[c*plane+(r*patch+row)*wide+i*patch+col] = v
			}
		}
	})
	return out
}

// promptClamp keeps the logit of a prompt finite.
const promptClamp = 1e-4

// BlendHead implements core.Pass: with a, b the normalised sources,
//
//	w   = sigmoid(logit + gain·d), out = w·a + (1-w)·b + correction
//
// where d is the prompts' dominance logit(p_x) - logit(p_t), enlarged
// bilinearly. With w.Detail, local means and detail are weighed apart, as
// core.DetailGains tells.
func (p *pass) BlendHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	h := blendHead{
		pass: p, BlendHead: w, z: z.([]float32), dominance: p.dominance(prompts.([]float32)),
		wide: p.w * w.Patch, high: p.h * w.Patch,
		matrix: of(w.Weight).matrix(), bias: vector(w.Bias),
	}
	h.out, h.weight = p.alloc(3*h.wide*h.high), p.alloc(h.wide*h.high)
	if w.Detail == nil {
		p.each(p.h, func(s *scratch, r int) { h.row(s, r, nil) })
		return h.out, h.weight
	}
	h.gains = p.gains(h.z, w.Detail)
	p.each((p.h+stripRows-1)/stripRows, func(s *scratch, i int) {
		first, end := i*stripRows, min((i+1)*stripRows, p.h)
		c := p.cues(s, first*w.Patch, end*w.Patch)
		for r := first; r < end; r++ {
			h.row(s, r, c)
		}
	})
	return h.out, h.weight
}

// stripRows is how many token rows share one measuring of cues: enough that the
// lines which only their means need are few, few enough that the cues stay in
// the cache.
const stripRows = 7

// blendHead is the head at work.
type blendHead struct {
	*pass
	*core.BlendHead
	z           []float32
	dominance   []float32 // a token
	gains       []float32 // N×DetailGains, nil without Detail
	wide, high  int       // pixels
	matrix      *weight
	bias        []float32
	out, weight []float32
}

// row makes the pixels of token row r; c holds its cues, nil without Detail.
func (h *blendHead) row(s *scratch, r int, c *cues) {
	y := s.buf(1, h.w*h.Out)
	h.matrix.multiply(y, h.pairs(s, h.z, r, h.In/2), h.w, h.bias, s)
	for dy := range h.Patch {
		line := r*h.Patch + dy
		share := h.weight[line*h.wide:][:h.wide]
		y0, y1, fy := core.LinearTap(line, h.high, h.h)
		above, below := h.dominance[y0*h.w:][:h.w], h.dominance[y1*h.w:][:h.w]
		for i := range share {
			x0, x1, fx := core.LinearTap(i, h.wide, h.w)
			top := core.Lerp(above[x0], above[x1], fx)
			bottom := core.Lerp(below[x0], below[x1], fx)
			d := core.Lerp(top, bottom, fy)
			share[i] = y[i/h.Patch*h.Out+(dy*h.Patch+i%h.Patch)*4] + float32(h.PromptGain*d)
		}
		if c == nil {
			h.blend(share, line)
		} else {
			h.blendDetail(s, share, line, c)
		}
		plane := h.wide * h.high
		for ch := range 3 {
			o := h.out[ch*plane+line*h.wide:][:h.wide]
			for i := range o {
				o[i] += y[i/h.Patch*h.Out+(dy*h.Patch+i%h.Patch)*4+1+ch]
			}
		}
	}
}

// blend turns the logits of a line into shares, and mixes the sources by them.
func (h *blendHead) blend(share []float32, line int) {
	kernel.Sigmoid(share)
	for ch := range 3 {
		at := (ch*h.high + line) * h.wide
		a, b, o := h.sources[0][at:][:h.wide], h.sources[1][at:][:h.wide], h.out[at:][:h.wide]
		for i, f := range share {
			o[i] = float32(f*a[i]) + float32((1-f)*b[i])
		}
	}
}

// blendDetail does the same for local means and detail apart.
func (h *blendHead) blendDetail(s *scratch, share []float32, line int, c *cues) {
	const n = core.DetailGains
	gains := s.buf(5, h.w*n) // of the line, a token
	y0, y1, fy := core.LinearTap(line, h.high, h.h)
	above, below := h.gains[y0*h.w*n:], h.gains[y1*h.w*n:]
	for i := range gains {
		gains[i] = core.Lerp(above[i], below[i], fy)
	}
	both := s.buf(6, 2*h.wide)
	detail, strength := both[:h.wide], both[h.wide:]
	fine, activity, brightness := c.line(c.fine, line), c.line(c.activity, line), c.line(c.brightness, line)
	for i, z := range share {
		x0, x1, fx := core.LinearTap(i, h.wide, h.w)
		left, right := gains[x0*n:][:n], gains[x1*n:][:n]
		var g [n]float32
		for k := range g {
			g[k] = core.Lerp(left[k], right[k], fx)
		}
		share[i] = z + float32(g[0]*activity[i]) + float32(g[1]*brightness[i])
		detail[i] = z + g[2] + float32(g[3]*fine[i]) + float32(g[4]*activity[i]) + float32(g[5]*brightness[i])
		strength[i] = g[6]
	}
	kernel.Sigmoid(share)
	kernel.Sigmoid(both)
	for ch := range 3 {
		at := (ch*h.high + line) * h.wide
		a, b, o := h.sources[0][at:][:h.wide], h.sources[1][at:][:h.wide], h.out[at:][:h.wide]
		meanA, meanB := c.line(c.means[0][ch], line), c.line(c.means[1][ch], line)
		for i, f := range share {
			v, m, n := detail[i], meanA[i], meanB[i]
			low := float32(f*m) + float32((1-f)*n)
			high := float32(v*(a[i]-m)) + float32((1-v)*(b[i]-n))
			o[i] = low + float32(2*strength[i]*high)
		}
	}
}

// gains are the gains of two-scale blending, N×DetailGains.
func (p *pass) gains(z []float32, w *core.Linear) []float32 {
	m, bias := of(w.Weight).matrix(), vector(w.Bias)
	gains := p.alloc(p.n * w.Out)
	p.each(p.h, func(s *scratch, r int) {
		m.multiply(gains[r*p.w*w.Out:][:p.w*w.Out], p.pairs(s, z, r, w.In/2), p.w, bias, s)
	})
	return gains
}

// pairs puts the tokens of both streams, c wide, side by side for a grid row: w×2c.
func (p *pass) pairs(s *scratch, z []float32, r, c int) []float32 {
	pairs := s.buf(0, p.w*2*c)
	for i := range p.w {
		at := (r*p.w + i) * c
		copy(pairs[2*i*c:][:c], z[at:])
		copy(pairs[(2*i+1)*c:][:c], z[p.n*c+at:])
	}
	return pairs
}

// dominance is logit(p_x) - logit(p_t) for every token.
func (p *pass) dominance(prompts []float32) []float32 {
	logs := p.alloc(4 * p.n)
	for i, v := range prompts {
		q := min(max(v, promptClamp), 1-promptClamp)
		logs[i], logs[2*p.n+i] = q, 1-q
	}
	kernel.Log(logs)
	d := logs[:p.n]
	for i := range d {
		x := logs[i] - logs[2*p.n+i]
		t := logs[p.n+i] - logs[3*p.n+i]
		d[i] = x - t
	}
	return d
}
