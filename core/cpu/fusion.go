package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// Fuse implements core.Pass:
//
//	f  = conv3(conv2(conv1((p_x·x + s_0) + (p_t·t + s_1))))
//	x' = α·f + (1-α)·x, t' = α·f + (1-α)·t
func (p *pass) Fuse(z, prompts core.Activation, w *core.Fusion, st *core.Steering) {
	c, r := w.Width, w.Width/4
	x, t := z.([]float32)[:p.n*c], z.([]float32)[p.n*c:2*p.n*c]
	px, pt := prompts.([]float32)[:p.n], prompts.([]float32)[p.n:]
	conv1, conv2, conv3 := of(w.Conv1).matrix(), of(w.Conv2).conv3x3(), of(w.Conv3).matrix()

	shift := make([]float32, c)
	if w.Shifts != nil {
		both := mixRouters(vector(w.Shifts), st.Router, 2*c)
		for i := range shift {
			shift[i] = both[i] + both[c+i]
		}
	}
	narrow := p.alloc(p.n * r) // conv1's result on the whole grid: conv2 looks at neighbours
	p.runs(span{0, p.n}, func(s *scratch, from, to int) {
		sum := s.buf(0, (to-from)*c)
		for i := from; i < to; i++ {
			out := sum[(i-from)*c:][:c]
			kernel.Mix(out, x[i*c:], t[i*c:], px[i], pt[i])
			kernel.Add(out, shift)
		}
		conv1.multiply(narrow[from*r:to*r], sum, to-from, nil, s)
	})
	alpha := w.Alpha
	p.each(p.h, func(s *scratch, row int) {
		near := s.buf(0, p.w*9*r)
		p.neighbourhoods(near, narrow, row, r)
		mid := s.buf(1, p.w*r)
		conv2.multiply(mid, near, p.w, nil, s)
		f := s.buf(2, p.w*c)
		conv3.multiply(f, mid, p.w, nil, s)
		for _, stream := range [][]float32{x, t}[p.streams.from:p.streams.to] {
			out := stream[row*p.w*c:][:p.w*c]
			kernel.Mix(out, f, out, alpha, 1-alpha)
		}
	})
}

// neighbourhoods gathers the 3×3 neighbours (zero outside the grid) of every
// token in a grid row: w × (9·c).
func (p *pass) neighbourhoods(dst, src []float32, row, c int) {
	for dy := range 3 {
		y := row + dy - 1
		for dx := range 3 {
			for i := range p.w {
				out := dst[(i*9+dy*3+dx)*c:][:c]
				if x := i + dx - 1; y < 0 || y >= p.h || x < 0 || x >= p.w {
					clear(out)
				} else {
					copy(out, src[(y*p.w+x)*c:])
				}
			}
		}
	}
}
