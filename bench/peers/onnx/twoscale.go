package main

import "tcmoa/core"

// TwoScaleHead is two-scale blending as core.TwoScaleOutputs tells.
func (p *pass) TwoScaleHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	if p.fault != nil {
		return value(""), value("")
	}
	g := p.graph
	high, wide := p.h*w.Patch, p.w*w.Patch
	node := func(op string, in ...value) value { return g.node(op, nil, in...) }
	maps := p.reshape(p.transpose(p.reshape(p.outputs(z, w), p.h*p.w, w.Out), 1, 0), w.Out, p.h, p.w)
	dominance := node("Mul", p.dominance(prompts.(*stream).value), g.scalar(w.PromptGain))
	led := node("Add", p.slice(maps, 0, 0, 1), p.reshape(dominance, 1, p.h, p.w))
	maps = p.box(p.reshape(g.node("Concat", axis(0), led, p.slice(maps, 0, 1, w.Out)), 1, w.Out, p.h, p.w), core.TokenRadius)
	maps = p.enlarge(maps, w.Out, high, wide)
	logit, colour := p.slice(maps, 0, 0, 1), p.slice(maps, 0, 1+core.TwoScaleGains, w.Out)
	gain := func(k int) value { return p.slice(maps, 0, 1+k, 2+k) }

	means := p.box(p.sources, core.DetailRadius)
	grey := g.node("ReduceMean", []attribute{{"keepdims", 1}}, p.sources, g.ints(1))
	activities := node("Abs", p.laplacian(grey))
	fine := p.contrast(p.box(activities, core.DetailFineRadius), high, wide)
	activity := p.contrast(p.box(activities, core.DetailRadius), high, wide)
	greyA, greyB := p.apart(grey, 1, high, wide)
	brightness := node("Sub", greyA, greyB)

	times := func(k int, cue value) value { return node("Mul", gain(k), cue) }
	weight := node("Sigmoid", node("Add", logit, node("Add", times(0, activity), times(1, brightness))))
	shift := node("Add", gain(2), node("Add", times(3, fine), node("Add", times(4, activity), times(5, brightness))))
	detail := node("Sigmoid", node("Add", logit, shift))
	strength := node("Mul", node("Sigmoid", gain(6)), g.scalar(2))

	// mix is share·a + (1-share)·b.
	mix := func(share, a, b value) value { return node("Add", b, node("Mul", share, node("Sub", a, b))) }
	a, b := p.apart(p.sources, 3, high, wide)
	meanA, meanB := p.apart(means, 3, high, wide)
	sharp := mix(detail, node("Sub", a, meanA), node("Sub", b, meanB))
	blend := node("Add", mix(weight, meanA, meanB), node("Mul", strength, sharp))
	return node("Add", blend, colour), weight
}

// apart are the two sources' parts of 2×n×high×wide.
func (p *pass) apart(both value, n, high, wide int) (a, b value) {
	parts := p.graph.several("Split", 2, []attribute{{"axis", 0}, {"num_outputs", 2}}, both)
	return p.reshape(parts[0], n, high, wide), p.reshape(parts[1], n, high, wide)
}

// contrast compares two activities, 2×1×high×wide, to 1×high×wide.
func (p *pass) contrast(activities value, high, wide int) value {
	g := p.graph
	a, b := p.apart(activities, 1, high, wide)
	sum := g.node("Add", nil, g.node("Add", nil, a, b), g.scalar(core.DetailFloor))
	return g.node("Div", nil, g.node("Sub", nil, a, b), sum)
}

// box is a box filter over the pixels inside the picture.
func (p *pass) box(planes value, radius int) value {
	side := 2*radius + 1
	rows := p.graph.node("AveragePool", []attribute{{"kernel_shape", []int{1, side}}, {"pads", []int{0, radius, 0, radius}}}, planes)
	return p.graph.node("AveragePool", []attribute{{"kernel_shape", []int{side, 1}}, {"pads", []int{radius, 0, radius, 0}}}, rows)
}

// laplacian is four times a pixel less its neighbours; borders repeat their edge.
func (p *pass) laplacian(grey value) value {
	g := p.graph
	padded := g.node("Pad", []attribute{{"mode", "edge"}}, grey, g.ints(0, 0, 1, 1, 0, 0, 1, 1))
	kernel := g.floats("laplacian", []int{1, 1, 3, 3}, func() []float32 { return []float32{0, -1, 0, -1, 4, -1, 0, -1, 0} })
	return g.node("Conv", nil, padded, kernel)
}
