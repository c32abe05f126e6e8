package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// MLP implements core.Pass.
func (p *pass) MLP(z core.Activation, w *core.MLP) {
	x, c, wide := z.([]float32), w.Norm.Width, w.FC1.Out
	fc1, fc2 := of(w.FC1.Weight).matrix(), of(w.FC2.Weight).matrix()
	p.runs(p.streams.times(p.n), func(s *scratch, from, to int) {
		m, rows := to-from, x[from*c:to*c]
		y := s.buf(0, m*c)
		kernel.LayerNormRows(y, rows, vector(w.Norm.Gain), vector(w.Norm.Bias), w.Norm.Eps, m, c)
		hidden := s.buf(1, m*wide)
		fc1.multiply(hidden, y, m, vector(w.FC1.Bias), s)
		kernel.GELU(hidden)
		fc2.multiply(y, hidden, m, vector(w.FC2.Bias), s)
		kernel.Add(rows, y)
	})
}

// Norm implements core.Pass.
func (p *pass) Norm(z core.Activation, w *core.Norm) {
	x, c := z.([]float32), w.Width
	p.runs(p.streams.times(p.n), func(s *scratch, from, to int) {
		rows := x[from*c : to*c]
		kernel.LayerNormRows(rows, rows, vector(w.Gain), vector(w.Bias), w.Eps, to-from, c)
	})
}

// LocalConv implements core.Pass.
func (p *pass) LocalConv(z core.Activation, w *core.LocalConv) {
	x := z.([]float32)
	size := p.n * w.Width
	taps, bias := of(w.Weight).depthwise(), vector(w.Bias)
	before := p.alloc(2 * size)
	own := p.streams.times(size)
	copy(before[own.from:own.to], x[own.from:own.to])
	p.eachStream(p.h, func(_ *scratch, stream, r int) {
		at := stream * size
		kernel.Depthwise3x3(x[at:at+size], before[at:at+size], taps, bias, p.h, p.w, w.Width, r, r+1)
	})
}
