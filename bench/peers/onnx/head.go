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
	y := p.reshape(p.outputs(z, w), p.h, p.w, patch, patch, 4)
	y = p.reshape(p.transpose(y, 4, 0, 2, 1, 3), 4, high, wide)

	dominance := p.enlarge(p.dominance(prompts.(*stream).value), 1, high, wide)
	dominance = g.node("Mul", nil, dominance, g.scalar(w.PromptGain))
	logit := g.node("Add", nil, p.slice(y, 0, 0, 1), dominance)
	correction := p.slice(y, 0, 1, 4)
	weight := g.node("Sigmoid", nil, logit)
	sources := p.graph.several("Split", 2, []attribute{{"axis", 0}, {"num_outputs", 2}}, p.sources)
	a, b := p.reshape(sources[0], 3, high, wide), p.reshape(sources[1], 3, high, wide)
	blend := g.node("Add", nil, b, g.node("Mul", nil, weight, g.node("Sub", nil, a, b)))
	return g.node("Add", nil, blend, correction), weight
}

// outputs are the head's of every token.
func (p *pass) outputs(z core.Activation, w *core.BlendHead) value {
	pair := p.graph.node("Concat", axis(1), p.sourcesOf(z.(*stream).value)...)
	return p.linear(pair, &w.Linear)
}

// dominance is logit(p_x) - logit(p_t) of every token.
func (p *pass) dominance(prompts value) value {
	g := p.graph
	q := g.node("Clip", nil, prompts, g.scalar(promptClamp), g.scalar(1-promptClamp))
	logit := g.node("Log", nil, g.node("Div", nil, q, g.node("Sub", nil, g.scalar(1), q)))
	parts := g.several("Split", 2, []attribute{{"axis", 0}, {"num_outputs", 2}}, logit)
	return g.node("Sub", nil, parts[0], parts[1])
}

// enlarge resizes maps of tokens, n×h×w, bilinearly to the picture.
func (p *pass) enlarge(maps value, n, high, wide int) value {
	g := p.graph
	enlarged := g.node("Resize", []attribute{{"mode", "linear"}, {"coordinate_transformation_mode", "half_pixel"}},
		p.reshape(maps, 1, n, p.h, p.w), "", "", g.ints(1, n, high, wide))
	return p.reshape(enlarged, n, high, wide)
}
