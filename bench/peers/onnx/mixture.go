package main

import (
	"errors"
	"slices"

	"tcmoa/core"
)

// Mixture computes all experts of every token, as the published code does, and
// weights those that were not chosen with zero: they are small, and the peer
// has no operator that would skip them.
func (p *pass) Mixture(z core.Activation, w *core.Mixture, s *core.Steering) (core.Activation, core.Activation) {
	g, r := p.graph, w.Reduced()
	task := slices.Index(s.Router, 1)
	if task < 0 || s.Experts != nil || s.Prompt != core.NoChange || s.Beta != nil {
		p.fault = errors.New("a fusion that is steered is not written to ONNX")
		return &stream{}, value("")
	}
	pair := g.node("Concat", axis(1), p.sourcesOf(z.(*stream).value)...)
	y := p.norm(g.node("MatMul", nil, p.norm(pair, &w.Norm1), p.matrix(w.Reduce, 1)), &w.Norm2)
	gates := p.gates(y, w, task)

	// One matrix holds the experts' first layers side by side, another their
	// second ones along its diagonal.
	e, h := w.Experts, w.Hidden
	name := w.FC1.(*weight).name
	fc1 := g.floats(name, []int{r, e * h}, func() []float32 { return turn(w.FC1.(*weight).F32, e*h) })
	fc2 := g.floats(w.FC2.(*weight).name+name, []int{e * h, e * r}, func() []float32 { return diagonal(w.FC2.(*weight).F32, e, r, h) })
	hidden := g.node("Relu", nil, g.node("Add", nil, g.node("MatMul", nil, y, fc1), p.flat(w.FC1Bias)))
	experts := g.node("Exp", nil, g.node("Add", nil, g.node("MatMul", nil, hidden, fc2), p.flat(w.FC2Bias)))
	weighted := g.node("Mul", nil, p.reshape(experts, p.n, e, r), p.reshape(gates, p.n, e, 1))
	sum := g.node("ReduceSum", []attribute{{"keepdims", 0}}, weighted, g.ints(1))
	m := g.node("Log", nil, g.node("Where", nil, g.node("Equal", nil, sum, g.scalar(0)), g.scalar(core.EmptySum), sum))

	means := g.node("ReduceMean", []attribute{{"keepdims", 0}}, p.reshape(m, p.n, 2, r/2), g.ints(2))
	prompts := g.node("Sigmoid", nil, p.transpose(means, 1, 0))
	return &stream{prompts}, gates
}

// gates is N×E: the softmax of each token's K largest logits, zero elsewhere.
func (p *pass) gates(y value, w *core.Mixture, task int) value {
	g, gate := p.graph, w.Gate.(*weight)
	r, e := w.Reduced(), w.Experts
	router := g.floats(gate.name, []int{r, e}, func() []float32 { return gate.F32[task*r*e:][:r*e] })
	top := g.several("TopK", 2, axis(1), g.node("MatMul", nil, y, router), g.ints(w.TopK))
	shares := g.node("Softmax", axis(1), top[0])
	shares = g.node("Where", nil, g.node("Greater", nil, shares, g.scalar(core.GateFloor)), shares, g.scalar(0))
	zeros := g.floats("no gates", []int{p.n, e}, func() []float32 { return make([]float32, p.n*e) })
	return g.node("ScatterElements", axis(1), zeros, top[1], shares)
}

// sourcesOf are the two streams of z, N×C each.
func (p *pass) sourcesOf(z value) []value {
	parts := p.graph.several("Split", 2, []attribute{{"axis", 0}, {"num_outputs", 2}}, z)
	for i, v := range parts {
		parts[i] = p.graph.node("Squeeze", nil, v, p.graph.ints(0))
	}
	return parts
}

// flat is a parameter as one row.
func (p *pass) flat(w core.Weight) value {
	t := w.(*weight)
	return p.graph.floats(t.name, []int{len(t.F32)}, t.Float)
}

// diagonal lays e matrices out×in, each transposed, along the diagonal of one.
func diagonal(v []float32, e, out, in int) []float32 {
	all := make([]float32, e*in*e*out)
	for k := range e {
		for i := range in {
			for o := range out {
				all[(k*in+i)*e*out+k*out+o] = v[(k*out+o)*in+i]
			}
		}
	}
	return all
}

func (p *pass) Fuse(z, prompts core.Activation, w *core.Fusion, s *core.Steering) {
	x, g, r := z.(*stream), p.graph, w.Width/4
	if p.fault != nil {
		return
	}
	weighted := g.node("Mul", nil, x.value, p.reshape(prompts.(*stream).value, 2, p.n, 1))
	sum := g.node("ReduceSum", []attribute{{"keepdims", 0}}, weighted, g.ints(0))
	if w.Shifts != nil {
		sum = g.node("Add", nil, sum, p.shifts(w, slices.Index(s.Router, 1)))
	}
	// 1×1 convolutions are products with the tokens as they lie; the last one's
	// matrix takes in the share α.
	narrow := p.transpose(g.node("MatMul", nil, sum, p.matrix(w.Conv1, 1)), 1, 0)
	near := g.node("Conv", []attribute{{"pads", []int{1, 1, 1, 1}}}, p.reshape(narrow, 1, r, p.h, p.w), p.stored(w.Conv2))
	fused := g.node("MatMul", nil, p.transpose(p.reshape(near, r, p.n), 1, 0), p.matrix(w.Conv3, w.Alpha))
	x.value = g.node("Add", nil, fused, g.node("Mul", nil, x.value, g.scalar(1-w.Alpha)))
}

// shifts is the sum of a task's modal shifts of both sources.
func (p *pass) shifts(w *core.Fusion, task int) value {
	t := w.Shifts.(*weight)
	return p.graph.floats(t.name, []int{w.Width}, func() []float32 {
		both := t.F32[task*2*w.Width:][:2*w.Width]
		out := slices.Clone(both[:w.Width])
		for i, v := range both[w.Width:] {
			out[i] += v
		}
		return out
	})
}

// moments are a stream's mean and its unbiased standard deviation, 2×1×1.
type moments struct{ mean, std, centred value }

func (p *pass) Measure(z core.Activation) core.Activation { return p.measure(z.(*stream).value) }

func (p *pass) measure(z value) moments {
	g := p.graph
	count := float32(p.n * p.cfg.DecoderDim)
	average := func(v value) value { return g.node("ReduceMean", nil, v, g.ints(1, 2)) }
	mean := average(z)
	centred := g.node("Sub", nil, z, mean)
	variance := g.node("Mul", nil, average(g.node("Mul", nil, centred, centred)), g.scalar(count/(count-1)))
	return moments{mean, g.node("Sqrt", nil, variance), centred}
}

func (p *pass) Renormalise(z, stats core.Activation) {
	x, g, want := z.(*stream), p.graph, stats.(moments)
	now := p.measure(x.value)
	gain := g.node("Div", nil, want.std, g.node("Add", nil, now.std, g.scalar(core.RenormaliseEps)))
	x.value = g.node("Add", nil, g.node("Mul", nil, now.centred, gain), want.mean)
}
