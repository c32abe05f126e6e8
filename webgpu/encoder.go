//go:build js && wasm

package webgpu

import (
	"math"

	"tcmoa/core"
)

// Embed implements core.Pass.
func (p *pass) Embed(w *core.PatchEmbed, pos *core.Table) core.Activation {
	z := p.floats(2 * p.n * w.Width)
	p.multiply(product{
		Linear: core.Linear{Weight: w.Weight, Bias: w.Bias, In: 3 * w.Patch * w.Patch, Out: w.Width},
		left:   left{matrix: p.planes, count: 2 * p.n},
		flags:  flagPatches | flagBias, patch: w.Patch, positions: pos, to: z,
	})
	return &activation{z}
}

// Attention implements core.Pass. Rows are in the order of the shifted windows
// until the last product puts its results where they belong.
func (p *pass) Attention(z core.Activation, w *core.Attention, shift int) {
	x, c := z.(*activation), w.Norm.Width
	d, area := c/w.Heads, w.Window*w.Window
	if d%4 != 0 {
		p.fail(unavailable("The GPU path computes attention heads of a multiple of 4 channels, and this model's have %d.", d))
		return
	}
	name, ok := p.dev.offer.attention(d, w.Window)
	if !ok {
		p.fail(unavailable("The GPU's workgroup memory of %d KiB is too little for windows of %d×%d tokens.", p.dev.offer.WorkgroupMemory>>10, w.Window, w.Window))
		return
	}
	k := p.pipelines.get(name)
	blocks := (area + k.kernel.queries() - 1) / k.kernel.queries()
	p.runs(area, 3*c, func(first, count int) {
		l := p.prepare(rows{from: x.operand, first: first, count: count, width: c, flags: flagWindows, norm: &w.Norm, shift: shift}, p.int8())
		qkv := p.narrow(count * 3 * c)
		p.multiply(product{Linear: w.QKV, left: l, int8: p.int8(), flags: flagBias | flagNarrow, to: qkv})

		y := p.narrow(count * c)
		params := [...]uint32{u(c / 4), u(w.Heads), fbits(float32(1 / math.Sqrt(float64(d))))}
		p.rec.run(k, [3]int{blocks, w.Heads, count / area}, 2*count*area*c, params[:], qkv, of(w.Table), y)

		l = p.prepare(rows{from: y, count: count, width: c, flags: flagHalf}, p.int8())
		p.multiply(product{
			Linear: w.Proj, left: l, int8: p.int8(),
			flags: flagBias | flagResidual | flagWindows, first: first, shift: shift, to: x.operand,
		})
	})
}

// MLP implements core.Pass.
func (p *pass) MLP(z core.Activation, w *core.MLP) {
	x, c := z.(*activation), w.Norm.Width
	p.runs(64, w.FC1.Out, func(first, count int) {
		l := p.prepare(rows{from: x.operand, first: first, count: count, width: c, norm: &w.Norm}, p.int8())
		hidden := p.narrow(count * w.FC1.Out)
		p.multiply(product{Linear: w.FC1, left: l, int8: p.int8(), flags: flagBias | flagGELU | flagNarrow, to: hidden})
		l = p.prepare(rows{from: hidden, count: count, width: w.FC1.Out, flags: flagHalf}, p.int8())
		p.multiply(product{Linear: w.FC2, left: l, int8: p.int8(), flags: flagBias | flagResidual, first: first, to: x.operand})
	})
}

// LocalConv implements core.Pass. Its neighbours must not have changed yet, so
// it writes elsewhere.
func (p *pass) LocalConv(z core.Activation, w *core.LocalConv) {
	x := z.(*activation)
	y := p.floats(2 * p.n * w.Width)
	groups := w.Width / 4
	n := 2 * p.n * groups
	params := [...]uint32{u(groups), u(p.n), u(p.h), u(p.w), u(n)}
	p.rec.run(p.get("local", 0), items(n), 9*4*n, params[:], x.operand, of(w.Weight), of(w.Bias), y)
	x.operand = y
}

// Norm implements core.Pass.
func (p *pass) Norm(z core.Activation, w *core.Norm) {
	x := z.(*activation)
	y := p.floats(2 * p.n * w.Width)
	params := p.rowParams(0, 2*p.n, w.Eps, 0)
	p.rec.run(p.get("rows", flagNorm, u(w.Width/4)), spread(2*p.n), 2*p.n*w.Width, params[:], x.operand, of(w.Gain), of(w.Bias), y)
	x.operand = y
}

// Project implements core.Pass.
func (p *pass) Project(z core.Activation, w *core.Linear, pos *core.Table) core.Activation {
	x := z.(*activation)
	y := p.floats(2 * p.n * w.Out)
	p.runs(64, w.In, func(first, count int) {
		p.multiply(product{
			Linear: *w, int8: p.int8(),
			left:  p.prepare(rows{from: x.operand, first: first, count: count, width: w.In}, p.int8()),
			flags: flagBias, positions: pos, first: first, to: y,
		})
	})
	return &activation{y}
}
