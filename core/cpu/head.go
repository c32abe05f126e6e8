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
	x, patch, c := z.([]float32), w.Patch, w.In/2
	m, bias := of(w.Weight).matrix(), vector(w.Bias)
	wide, high := p.w*patch, p.h*patch
	plane := wide * high
	out, weight := p.alloc(3*plane), p.alloc(plane)
	dominance := p.dominance(prompts.([]float32))
	p.each(p.h, func(s *scratch, r int) {
		pair := s.buf(0, p.w*2*c)
		for i := range p.w {
			at := (r*p.w + i) * c
			copy(pair[2*i*c:][:c], x[at:])
			copy(pair[(2*i+1)*c:][:c], x[p.n*c+at:])
		}
		y := s.buf(1, p.w*w.Out)
		m.multiply(y, pair, p.w, bias, s)
		for dy := range patch {
			line := r*patch + dy
			share := weight[line*wide:][:wide]
			y0, y1, fy := core.LinearTap(line, high, p.h)
			above, below := dominance[y0*p.w:][:p.w], dominance[y1*p.w:][:p.w]
			for i := range share {
				x0, x1, fx := core.LinearTap(i, wide, p.w)
				top := core.Lerp(above[x0], above[x1], fx)
				bottom := core.Lerp(below[x0], below[x1], fx)
				d := core.Lerp(top, bottom, fy)
				share[i] = y[i/patch*w.Out+(dy*patch+i%patch)*4] + float32(w.PromptGain*d)
			}
			kernel.Sigmoid(share)
			for ch := range 3 {
				at := ch*plane + line*wide
				a, b, o := p.sources[0][at:][:wide], p.sources[1][at:][:wide], out[at:][:wide]
				for i, f := range share {
					o[i] = float32(f*a[i]) + float32((1-f)*b[i]) + y[i/patch*w.Out+(dy*patch+i%patch)*4+1+ch]
				}
			}
		}
	})
	return out, weight
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
