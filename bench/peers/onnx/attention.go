package main

import (
	"fmt"
	"math"

	"tcmoa/core"
)

// Attention multiplies in float32 in int8 networks, too: quantised on the fly, as linear
// does it, its products take the peer no less time (112², one thread: 116 ms instead of
// 110 for the whole network).
func (p *pass) Attention(z core.Activation, w *core.Attention, shift int) {
	x, g := z.(*stream), p.graph
	c, d, t := w.Norm.Width, w.Norm.Width/w.Heads, w.Window*w.Window
	windows := 2 * p.n / t

	y := p.windows(p.roll(p.norm(x.value, &w.Norm), shift, c), w.Window, c)
	qkv := g.several("Split", 3, []attribute{{"axis", 2}, {"num_outputs", 3}}, p.linear(y, &w.QKV))
	heads := func(part int, axes ...int) value {
		return p.transpose(p.reshape(qkv[part], windows, t, w.Heads, d), axes...)
	}
	q := g.node("Mul", nil, heads(0, 0, 2, 1, 3), g.scalar(float32(1/math.Sqrt(float64(d)))))
	scores := g.node("MatMul", nil, q, heads(1, 0, 2, 3, 1))
	shares := g.node("Softmax", axis(-1), g.node("Add", nil, scores, p.biases(w)))
	y = p.reshape(p.transpose(g.node("MatMul", nil, shares, heads(2, 0, 2, 1, 3)), 0, 2, 1, 3), windows, t, c)

	y = p.roll(p.grid(p.linear(y, &w.Proj), w.Window, c), -shift, c)
	x.value = g.node("Add", nil, x.value, y)
}

// roll moves the tokens of each grid by -shift in both axes, circularly.
func (p *pass) roll(x value, shift, c int) value {
	if shift == 0 {
		return x
	}
	x = p.reshape(x, 2, p.h, p.w, c)
	for i, n := range []int{p.h, p.w} {
		from := (shift + n) % n
		x = p.graph.node("Concat", axis(i+1), p.slice(x, i+1, from, n), p.slice(x, i+1, 0, from))
	}
	return p.reshape(x, 2, p.n, c)
}

// windows cuts grids, 2×N×C, into windows: one after the other, w²×C each.
func (p *pass) windows(x value, w, c int) value {
	if p.w > w {
		x = p.transpose(p.reshape(x, 2*p.h/w, w, p.w/w, w, c), 0, 2, 1, 3, 4)
	}
	return p.reshape(x, 2*p.n/w/w, w*w, c)
}

// grid puts windows together again.
func (p *pass) grid(x value, w, c int) value {
	if p.w > w {
		x = p.transpose(p.reshape(x, 2*p.h/w, p.w/w, w, w, c), 0, 2, 1, 3, 4)
	}
	return p.reshape(x, 2, p.n, c)
}

// biases expands the table ((2w-1)²)×heads to heads×w²×w².
func (p *pass) biases(w *core.Attention) value {
	table, t, side := w.Table.(*weight), w.Window*w.Window, 2*w.Window-1
	return p.graph.floats(fmt.Sprint(table.name, " expanded"), []int{w.Heads, t, t}, func() []float32 {
		values := table.Float()
		out := make([]float32, 0, w.Heads*t*t)
		for h := range w.Heads {
			for i := range t {
				for j := range t {
					row, col := i/w.Window-j/w.Window+w.Window-1, i%w.Window-j%w.Window+w.Window-1
					out = append(out, values[(row*side+col)*w.Heads+h])
				}
			}
		}
		return out
	})
}
