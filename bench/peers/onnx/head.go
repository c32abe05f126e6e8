package main

import (
	"errors"

	"tcmoa/core"
)

// promptClamp keeps the logit of a prompt finite.
const promptClamp = 1e-4

func (p *pass) PixelHead(core.Activation, *core.Linear) core.Activation {
	p.fault = errors.New("a head that regresses pixels is not written to ONNX")
	return value("")
}

func (p *pass) BlendHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	if p.fault != nil {
		return value(""), value("")
	}
	g, patch := p.graph, w.Patch
	high, wide := p.h*patch, p.w*patch
	pair := g.node("Concat", axis(1), p.sourcesOf(z.(*stream).value)...)
	y := p.reshape(p.linear(pair, &w.Linear), p.h, p.w, patch, patch, 4)
	y = p.reshape(p.transpose(y, 4, 0, 2, 1, 3), 4, high, wide)

	dominance := g.node("Mul", nil, p.dominance(prompts.(*stream).value, high, wide), g.scalar(w.PromptGain))
	logit := g.node("Add", nil, p.slice(y, 0, 0, 1), dominance)
	correction := p.slice(y, 0, 1, 4)
	if w.Detail != nil {
		pixels, weight := p.blendDetail(logit, p.linear(pair, w.Detail), high, wide)
		return g.node("Add", nil, pixels, correction), weight
	}
	weight := g.node("Sigmoid", nil, logit)
	sources := p.graph.several("Split", 2, []attribute{{"axis", 0}, {"num_outputs", 2}}, p.sources)
	a, b := p.reshape(sources[0], 3, high, wide), p.reshape(sources[1], 3, high, wide)
	blend := g.node("Add", nil, b, g.node("Mul", nil, weight, g.node("Sub", nil, a, b)))
	return g.node("Add", nil, blend, correction), weight
}

// dominance is logit(p_x) - logit(p_t), enlarged bilinearly to the picture:
// 1×high×wide.
func (p *pass) dominance(prompts value, high, wide int) value {
	g := p.graph
	q := g.node("Clip", nil, prompts, g.scalar(promptClamp), g.scalar(1-promptClamp))
	logit := g.node("Log", nil, g.node("Div", nil, q, g.node("Sub", nil, g.scalar(1), q)))
	parts := g.several("Split", 2, []attribute{{"axis", 0}, {"num_outputs", 2}}, logit)
	return p.enlarge(g.node("Sub", nil, parts[0], parts[1]), 1, high, wide)
}

// enlarge resizes maps of tokens, n×h×w, bilinearly to the picture.
func (p *pass) enlarge(maps value, n, high, wide int) value {
	g := p.graph
	enlarged := g.node("Resize", []attribute{{"mode", "linear"}, {"coordinate_transformation_mode", "half_pixel"}},
		p.reshape(maps, 1, n, p.h, p.w), "", "", g.ints(1, n, high, wide))
	return p.reshape(enlarged, n, high, wide)
}
