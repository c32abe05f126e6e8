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
// bilinearly.
func (p *pass) BlendHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	h := blendHead{
		pass: p, BlendHead: w, z: z.([]float32), dominance: p.dominance(prompts.([]float32)),
		wide: p.w * w.Patch, high: p.h * w.Patch,
		matrix: of(w.Weight).matrix(), bias: vector(w.Bias),
	}
	h.out, h.weight = p.alloc(3*h.wide*h.high), p.alloc(h.wide*h.high)
	p.each(p.h, h.row)
	return h.out, h.weight
}

// blendHead is the head at work.
type blendHead struct {
	*pass
	*core.BlendHead
	z           []float32
	dominance   []float32 // a token
	wide, high  int       // pixels
	matrix      *weight
	bias        []float32
	out, weight []float32
}

// row makes the pixels of token row r.
func (h *blendHead) row(s *scratch, r int) {
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
		kernel.Sigmoid(share)
		for ch := range 3 {
			at := (ch*h.high + line) * h.wide
			a, b, o := h.sources[0][at:][:h.wide], h.sources[1][at:][:h.wide], h.out[at:][:h.wide]
			for i, f := range share {
				mixed := float32(f*a[i]) + float32((1-f)*b[i])
				o[i] = mixed + y[i/h.Patch*h.Out+(dy*h.Patch+i%h.Patch)*4+1+ch]
			}
		}
	}
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
