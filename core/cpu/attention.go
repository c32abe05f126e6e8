package cpu

import (
	"math"

	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// Attention implements core.Pass. Every token belongs to one window, so a
// window is updated in place as soon as it is done.
func (p *pass) Attention(z core.Activation, w *core.Attention, shift int) {
	x := z.([]float32)
	qkv, proj := of(w.QKV.Weight).matrix(), of(w.Proj.Weight).matrix()
	a := windowAttention{
		Attention: w, x: x, qkv: qkv, proj: proj,
		table: of(w.Table).biases(w.Window), shift: shift,
		tokens: w.Window * w.Window, width: w.Norm.Width,
	}
	across, down := p.w/w.Window, p.h/w.Window
	p.eachStream(down*across, func(s *scratch, stream, i int) {
		rows := s.indices(a.tokens)
		p.window(rows, stream, i/across, i%across, w.Window, shift)
		a.update(rows, s)
	})
}

// window lists the rows of z that form a window of the grid rolled by -shift.
func (p *pass) window(rows []int32, stream, wy, wx, win, shift int) {
	for t := range rows {
		r := (wy*win + t/win + shift) % p.h
		c := (wx*win + t%win + shift) % p.w
		rows[t] = int32(stream*p.n + r*p.w + c)
	}
}

type windowAttention struct {
	*core.Attention
	x             []float32
	qkv, proj     *weight
	table         []float32
	shift         int
	tokens, width int
}

// update adds a window's attention to its tokens.
func (a *windowAttention) update(rows []int32, s *scratch) {
	t, c, d := a.tokens, a.width, a.width/a.Heads
	y := s.buf(0, t*c)
	kernel.GatherRows(y, a.x, rows, c)
	kernel.LayerNormRows(y, y, vector(a.Norm.Gain), vector(a.Norm.Bias), a.Norm.Eps, t, c)
	qkv := s.buf(1, t*3*c)
	a.qkv.multiply(qkv, y, t, vector(a.QKV.Bias), s)

	scores := s.buf(2, t*t)
	scale := float32(1 / math.Sqrt(float64(d)))
	for h := range a.Heads {
		q, k, v := qkv[h*d:], qkv[c+h*d:], qkv[2*c+h*d:]
		s.keys.Pack(k, t, d, 3*c)
		kernel.GemmF32(scores, t, q, 3*c, t, &s.keys, nil)
		kernel.SoftmaxRows(scores, t, a.table[h*t*t:][:t*t], t, scale, t, t)
		s.values.PackT(v, t, d, 3*c)
		kernel.GemmF32(y[h*d:], c, scores, t, t, &s.values, nil)
	}
	out := s.buf(3, t*c)
	a.proj.multiply(out, y, t, vector(a.Proj.Bias), s)
	kernel.AddRows(a.x, out, rows, c)
}
