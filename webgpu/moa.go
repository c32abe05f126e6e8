//go:build js && wasm

package webgpu

import (
	"tcmoa/core"
)

// Mixture implements core.Pass.
func (p *pass) Mixture(z core.Activation, w *core.Mixture, s *core.Steering) (core.Activation, core.Activation) {
	x := z.(*activation)
	prompts, gates := p.kept(2*p.n), p.kept(p.n*w.Experts)
	k := p.dev.offer.mixture(w.Width, w.Experts)
	on := uint64(0)
	for e := range w.Experts {
		if s.Experts == nil || s.Experts[e] {
			on |= 1 << e
		}
	}
	params := [12 + 64]uint32{
		u(p.n), u(w.TopK), u(w.Tasks), fbits(w.Norm1.Eps), fbits(w.Norm2.Eps),
		fbits(s.Prompt.Alpha), fbits(s.Prompt.Beta), 0, uint32(on), uint32(on >> 32),
	}
	for i, v := range s.Router {
		params[12+i] = fbits(v)
	}
	region := operand{}
	if s.Beta != nil {
		k.flags |= flagRegion
		region = p.region(s.Beta)
	}
	groups := [3]int{(p.n + k.mixtureTokens() - 1) / k.mixtureTokens(), 1, 1}
	work := p.n * w.Reduced() * 2 * w.Width
	p.rec.run(p.pipelines.get(k), groups, work, params[:],
		x.operand, of(w.Reduce), p.small(w), prompts.operand, gates.operand, region)
	return prompts, gates
}

// region uploads the values that move the prompts from place to place, once
// for all mixtures of a pass.
func (p *pass) region(beta []float32) operand {
	if o, ok := p.regions[&beta[0]]; ok {
		return o
	}
	o := p.upload(bytesOf(beta), 4*len(beta))
	if p.regions == nil {
		p.regions = map[*float32]operand{}
	}
	p.regions[&beta[0]] = o
	return o
}

// small is a mixture's small parameters side by side, in the order that
// mixture.wgsl expects.
func (p *pass) small(w *core.Mixture) operand {
	if p.sketch {
		return operand{}
	}
	if b, ok := p.mixtures[w]; ok {
		return operand{block: b}
	}
	var parts []*block
	var bytes []int
	for _, part := range []core.Weight{
		w.Norm1.Gain, w.Norm1.Bias, w.Norm2.Gain, w.Norm2.Bias,
		w.FC1, w.FC1Bias, w.FC2, w.FC2Bias, w.Gate,
	} {
		parts = append(parts, part.(*weight).block)
		bytes = append(bytes, part.(*weight).bytes)
	}
	b, err := p.store.join(parts, bytes)
	if err != nil {
		p.fail(err)
		return operand{}
	}
	p.mixtures[w] = b
	return operand{block: b}
}

// Fuse implements core.Pass: three products, of which the first makes its left
// matrix from the streams and the prompts, the second from neighbourhoods, and
// the third mixes its result into both streams.
func (p *pass) Fuse(z, prompts core.Activation, w *core.Fusion, s *core.Steering) {
	x, c, r := z.(*activation), w.Width, w.Width/4
	matrix := func(weight core.Weight, in, out int) core.Linear {
		return core.Linear{Weight: weight, In: in, Out: out}
	}
	sum, near := p.floats(p.n*r), p.floats(p.n*r)
	first := product{
		Linear: matrix(w.Conv1, c, r), left: left{matrix: x.operand, count: p.n},
		flags: flagWeighted, prompts: prompts.(*activation).operand, to: sum,
	}
	if w.Shifts != nil || p.sketch {
		first.flags |= flagShifted
		first.shifts, first.tasks, first.router = of(w.Shifts), w.Tasks, s.Router
	}
	p.multiply(first)
	p.multiply(product{Linear: matrix(w.Conv2, 9*r, r), left: left{matrix: sum, count: p.n}, flags: flagNear, to: near})
	p.multiply(product{Linear: matrix(w.Conv3, r, c), left: left{matrix: near, count: p.n}, flags: flagAlpha, alpha: w.Alpha, to: x.operand})
}

// Measure implements core.Pass.
func (p *pass) Measure(z core.Activation) core.Activation {
	x := z.(*activation)
	return &activation{p.measure(x.operand)}
}

// measure takes both streams' mean and deviation (measure.wgsl, merge.wgsl).
func (p *pass) measure(z operand) operand {
	const part = 4096 // values a workgroup
	size := p.rec.of(z).bytes / 4 / 2
	parts := (size + part - 1) / part
	between, stats := p.floats(2*4*parts), p.floats(4)
	p.rec.run(p.get("measure", 0, part), [3]int{parts, 2, 1}, 2*size, []uint32{u(size / 4), u(parts), 0}, z, between)
	p.rec.run(p.get("merge", 0, part), [3]int{2, 1, 1}, parts, []uint32{u(size), u(parts), 0}, between, stats)
	return stats
}

// Renormalise implements core.Pass.
func (p *pass) Renormalise(z, stats core.Activation) {
	x := z.(*activation)
	now := p.measure(x.operand)
	quads := p.rec.of(x.operand).bytes / 16
	p.rec.run(p.get("renormalise", 0), items(quads), 4*quads, []uint32{u(quads / 2), u(quads)},
		x.operand, now, stats.(*activation).operand)
}
