//go:build js && wasm

package main

import (
	"math"
	"slices"

	"tcmoa/core"
)

// What follows from a network's prompts and gates.

// mixture is a mixture of adapters' place in the network.
type mixture struct {
	decoder bool
	block   int // after which it comes, from 0
}

// mixturesOf lists a network's mixtures, in the order of prompts.routes.
func mixturesOf(c core.Config) []mixture {
	var all []mixture
	for i, depth := range []int{c.Depth, c.DecoderDepth} {
		for block := range depth {
			if _, ok := c.MoAAfter(block); ok {
				all = append(all, mixture{decoder: i == 1, block: block})
			}
		}
	}
	return all
}

func (m mixture) name() string {
	if m.decoder {
		return say("Decoder, block {i}", m.block+1)
	}
	return say("Encoder, block {i}", m.block+1)
}

// experts is how many there are.
func (r *route) experts() int { return len(r.gates) / len(r.prompts[first]) }

// gatesOf are a token's gates.
func (r *route) gatesOf(token int) []float32 {
	e := r.experts()
	return r.gates[token*e : (token+1)*e]
}

// sum is that of both prompts, which training pulls to 1.
func (r *route) sum() []float32 {
	sums := slices.Clone(r.prompts[first])
	for i, p := range r.prompts[second] {
		sums[i] += p
	}
	return sums
}

// part is an expert's part in a mixture: the mean of its gate over all tokens,
// and the share of tokens that it serves.
type part struct{ gate, used float64 }

func (r *route) parts() []part {
	parts := make([]part, r.experts())
	for i, g := range r.gates {
		p := &parts[i%len(parts)]
		p.gate += float64(g)
		if g > 0 {
			p.used++
		}
	}
	tokens := float64(len(r.prompts[first]))
	for i := range parts {
		parts[i].gate /= tokens
		parts[i].used /= tokens
	}
	return parts
}

// team is a choice of experts, and how many tokens made it.
type team struct {
	experts []int // from 0
	tokens  int
}

// teams are the choices that occur, the most frequent first, and which of them
// each token made.
func (r *route) teams() (teams []team, of []int) {
	known := map[uint64]int{}
	of = make([]int, len(r.prompts[first]))
	for i := range of {
		var choice uint64 // a bit an expert: no network has more than 64
		for _, e := range chosen(r.gatesOf(i)) {
			choice |= 1 << e
		}
		k, ok := known[choice]
		if !ok {
			k = len(teams)
			known[choice] = k
			teams = append(teams, team{experts: chosen(r.gatesOf(i))})
		}
		teams[k].tokens++
		of[i] = k
	}
	order := make([]int, len(teams))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return teams[b].tokens - teams[a].tokens })
	rank, sorted := make([]int, len(teams)), make([]team, len(teams))
	for i, k := range order {
		rank[k], sorted[i] = i, teams[k]
	}
	for i, k := range of {
		of[i] = rank[k]
	}
	return sorted, of
}

// chosen are the experts that a token's gates let speak.
func chosen(gates []float32) []int {
	var experts []int
	for e, g := range gates {
		if g > 0 {
			experts = append(experts, e)
		}
	}
	return experts
}

// gap is by how much the logit of one chosen expert is above another's: gates
// are a softmax, so it is the logarithm of their ratio.
func gap(gate, other float32) float64 { return math.Log(float64(gate) / float64(other)) }

// dominance is logit(p_x) - logit(p_t), of prompts as the head clamps them.
func dominance(x, t float32) float64 {
	logit := func(p float32) float64 {
		q := min(max(float64(p), 1e-4), 1-1e-4)
		return math.Log(q / (1 - q))
	}
	return logit(x) - logit(t)
}

// patchMeans are the means of a picture's weights over each patch.
func (p *prompts) patchMeans(weights []float32, width int) []float32 {
	means, pixels := make([]float32, p.tokens()), make([]float32, p.tokens())
	for i, w := range weights {
		token := i/width/p.cell*p.cols + i%width/p.cell
		means[token] += w
		pixels[token]++
	}
	for i := range means {
		means[i] /= pixels[i]
	}
	return means
}
