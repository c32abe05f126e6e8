package main

import (
	"tcmoa/core"
)

func axis(i int) []attribute { return []attribute{{"axis", i}} }

func (p *pass) reshape(x value, shape ...int) value {
	return p.graph.node("Reshape", nil, x, p.graph.ints(shape...))
}

func (p *pass) transpose(x value, axes ...int) value {
	return p.graph.node("Transpose", []attribute{{"perm", axes}}, x)
}

// slice is x[from:to] along an axis.
func (p *pass) slice(x value, along, from, to int) value {
	g := p.graph
	return g.node("Slice", nil, x, g.ints(from), g.ints(to), g.ints(along))
}

// stored is a parameter in the shape that its file has.
func (p *pass) stored(w core.Weight) value {
	t := w.(*weight)
	return p.graph.floats(t.name, t.Shape, t.Float)
}

// matrix is a parameter out×in, all axes but the first taken together, as the
// in×out that MatMul wants, times factor.
func (p *pass) matrix(w core.Weight, factor float32) value {
	t := w.(*weight)
	out := t.Shape[0]
	return p.graph.floats(t.name, []int{len(t.Float()) / out, out}, func() []float32 {
		turned := turn(t.Float(), out)
		for i := range turned {
			turned[i] *= factor
		}
		return turned
	})
}

// turn is the transpose of a matrix of so many rows.
func turn[T any](v []T, rows int) []T {
	cols := len(v) / rows
	out := make([]T, len(v))
	for r := range rows {
		for c := range cols {
			out[c*rows+r] = v[r*cols+c]
		}
	}
	return out
}

func (p *pass) norm(x value, w *core.Norm) value {
	return p.graph.node("LayerNormalization", []attribute{{"axis", -1}, {"epsilon", w.Eps}}, x, p.stored(w.Gain), p.stored(w.Bias))
}

// linear is x·Wᵀ + b. In int8 the sources are quantised on the fly, the whole
// tensor with one scale: that is what the peer has and what it is fastest with;
// it fuses the chain that is written here into one kernel.
func (p *pass) linear(x value, w *core.Linear) value {
	g, t := p.graph, w.Weight.(*weight)
	if !p.int8 || t.I8 == nil {
		return g.node("Add", nil, g.node("MatMul", nil, x, p.matrix(w.Weight, 1)), p.stored(w.Bias))
	}
	matrix := g.constant(t.name, typeInt8, []int{w.In, w.Out}, func() []byte {
		raw := make([]byte, len(t.I8))
		for i, v := range turn(t.I8, w.Out) {
			raw[i] = byte(v)
		}
		return raw
	})
	scale := g.floats(t.name+" scale", []int{w.Out}, func() []float32 { return t.Scale })
	q := g.several("DynamicQuantizeLinear", 3, nil, x) // values, scale, zero point
	sum := g.node("Cast", []attribute{{"to", typeFloat}}, g.node("MatMulInteger", nil, q[0], matrix, q[2]))
	product := g.node("Mul", nil, sum, g.node("Mul", nil, q[1], scale))
	return g.node("Add", nil, product, p.stored(w.Bias))
}
