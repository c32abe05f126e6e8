//go:build js && wasm

package main

import (
	"strconv"

	"tcmoa/core"
)

// The network as its diagram shows it: parts in a row, each of a chain of steps.
// The texts and equations about them are index.html's lessons, by the names of
// kinds and steps. A further step needs its name here and a lesson there.

// partKind is what a part of the network is.
type partKind string

const (
	patchesPart partKind = "patches"
	blockPart   partKind = "block"
	mixturePart partKind = "mixture"
	headPart    partKind = "head"
)

// networkPart is a part of the network. Encoder and decoder count their blocks,
// and mixtures are counted through, all from 0.
type networkPart struct {
	kind           partKind
	decoder        bool
	block, mixture int
}

// partsOf lists a network's parts in the order in which pictures pass them.
func partsOf(c core.Config) []networkPart {
	parts := []networkPart{{kind: patchesPart}}
	mixtures := 0
	for i, depth := range []int{c.Depth, c.DecoderDepth} {
		for block := range depth {
			parts = append(parts, networkPart{kind: blockPart, decoder: i == 1, block: block})
			if _, ok := c.MoAAfter(block); ok {
				parts = append(parts, networkPart{kind: mixturePart, decoder: i == 1, block: block, mixture: mixtures})
				mixtures++
			}
		}
	}
	return append(parts, networkPart{kind: headPart, decoder: true})
}

// step is a step inside a part, by the name of its lesson.
type networkStep string

// steps are those of a part.
func (p networkPart) steps(c core.Config) []networkStep {
	switch p.kind {
	case patchesPart:
		return []networkStep{"cut", "position"}
	case blockPart:
		steps := []networkStep{"attention", "mlp"}
		if c.LocalConv {
			steps = append(steps, "local")
		}
		return steps
	case mixturePart:
		steps := []networkStep{"reduce", "router", "experts", "prompts", "fuse"}
		if p.decoder {
			steps = append(steps, "renormalise")
		}
		return steps
	}
	switch c.Head {
	case core.HeadPixels:
		return []networkStep{"pixels"}
	case core.HeadTwoScale:
		return []networkStep{"dominance", "weigh", "detail"}
	default:
		return []networkStep{"dominance", "blend"}
	}
}

// stepNames are the headings of the steps' lessons.
var stepNames = map[networkStep]string{
	"cut": mark("Cut and project"), "position": mark("Position"),
	"attention": mark("Window attention"), "mlp": mark("Two layers for each token"), "local": mark("Local convolution"),
	"reduce": mark("Look at both"), "router": mark("Router"), "experts": mark("The experts"), "prompts": mark("The prompts"),
	"fuse": mark("Mix"), "renormalise": mark("Keep the scale"),
	"dominance": mark("Dominance"), "blend": mark("Blend"), "weigh": mark("Weigh"), "detail": mark("Detail"), "pixels": mark("Pixels"),
}

func (s networkStep) name() string { return say(stepNames[s]) }

// name is a part's heading.
func (p networkPart) name() string {
	switch p.kind {
	case patchesPart:
		return say("Patches")
	case headPart:
		return say("Head")
	case mixturePart:
		return say("Mixture {n}", p.mixture+1)
	}
	if p.decoder {
		return say("Decoder, block {i}", p.block+1)
	}
	return say("Encoder, block {i}", p.block+1)
}

// short is its name in the diagram.
func (p networkPart) short() string {
	if p.kind == blockPart {
		return say("Block {i}", p.block+1)
	}
	return p.name()
}

// note is a part's number in the overview: of a mixture, a patch's prompts.
func (p networkPart) note(in *insight, token int) string {
	if p.kind != mixturePart {
		return ""
	}
	r := in.prompts.routes[p.mixture]
	return number(float64(r.prompts[first][token]), 2) + " | " + number(float64(r.prompts[second][token]), 2)
}

// note is a step's number in the diagram: what it came to in a patch, or else its
// size.
func (s networkStep) note(p networkPart, in *insight, token int) string {
	c := in.variant
	width, heads := c.Dim, c.Heads
	if p.decoder {
		width, heads = c.DecoderDim, c.DecoderHeads
	}
	times := func(n int) string { return strconv.Itoa(n) + " × " + strconv.Itoa(n) }
	to := func(n ...int) string {
		words := strconv.Itoa(n[0])
		for _, v := range n[1:] {
			words += " → " + strconv.Itoa(v)
		}
		return words
	}
	switch s {
	case "cut":
		return to(3*c.Patch*c.Patch, width)
	case "position":
		return times(14)
	case "attention":
		return plural(heads, "{n} head, {window}", "{n} heads, {window}", times(c.Window))
	case "mlp":
		return to(width, c.MLPRatio*width, width)
	case "local":
		return times(3)
	case "reduce":
		return to(2*width, width/4)
	case "pixels":
		return to(width, 3*c.Patch*c.Patch)
	case "dominance":
		last := in.prompts.routes[len(in.prompts.routes)-1]
		return "d = " + number(dominance(last.prompts[first][token], last.prompts[second][token]), 2)
	case "blend":
		if in.weights != nil {
			return "w = " + number(float64(in.weights[token]), 3)
		}
	}
	if p.kind != mixturePart {
		return ""
	}
	r := &in.prompts.routes[p.mixture]
	x, t := float64(r.prompts[first][token]), float64(r.prompts[second][token])
	gates := r.gatesOf(token)
	switch s {
	case "router":
		words := ""
		for _, e := range chosen(gates) {
			if words != "" {
				words += ", "
			}
			words += strconv.Itoa(e+1) + ": " + number(float64(gates[e]), 2)
		}
		return words
	case "experts":
		return team{experts: chosen(gates)}.name()
	case "prompts":
		return "pₓ = " + number(x, 3) + ", pₜ = " + number(t, 3)
	case "fuse":
		return number(x, 2) + " x + " + number(t, 2) + " t"
	}
	return ""
}

// live says what a step came to in the patch that is looked at, "" where the
// page does not know.
func (s networkStep) live(p networkPart, in *insight, token int) string {
	note := s.note(p, in, token)
	switch s {
	case "router":
		return logitWords(in.prompts.routes[p.mixture].gatesOf(token))
	case "experts":
		return say("In the patch that you point at, experts {experts} speak.", note)
	case "prompts", "fuse":
		return say("In the patch that you point at: {numbers}.", note)
	case "dominance", "blend":
		if note != "" {
			return say("In the patch that you point at: {numbers}.", note)
		}
	}
	return ""
}
