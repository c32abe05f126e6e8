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
	choose := p.dev.offer.attention
	if p.int8() {
		choose = p.dev.offer.integerAttention
	}
	name, ok := choose(d, w.Window)
	if !ok {
		p.fail(unavailable("The GPU's workgroup memory of %d KiB is too little for windows of %d×%d tokens.", p.dev.offer.WorkgroupMemory>>10, w.Window, w.Window))
		return
	}
	k := p.pipelines.get(name)
	p.runs(area, 3*c, func(first, count int) {
		l := p.prepare(rows{from: x.operand, first: first, count: count, width: c, flags: flagWindows, norm: &w.Norm, shift: shift}, p.int8())
		qkv := p.narrow(count * 3 * c)
		p.multiply(product{Linear: w.QKV, left: l, int8: p.int8(), flags: flagBias | flagNarrow, to: qkv})

		y := p.attend(k, w, qkv, count/area)
		l = p.prepare(rows{from: y, count: count, width: c, flags: flagHalf}, p.int8())
		p.multiply(product{
			Linear: w.Proj, left: l, int8: p.int8(),
			flags: flagBias | flagResidual | flagWindows, first: first, shift: shift, to: x.operand,
		})
	})
}

// attend is the attention of each head within each of so many windows: kernel k,
// on q, k and v as the product of all three gave them.
func (p *pass) attend(k *pipeline, w *core.Attention, qkv operand, windows int) operand {
	c, area := w.Norm.Width, w.Window*w.Window
	d, queries := c/w.Heads, k.kernel.queries()
	y := p.narrow(windows * area * c)
	groups, work := [3]int{(area + queries - 1) / queries, w.Heads, windows}, 2*windows*area*area*c
	scale := fbits(float32(1 / math.Sqrt(float64(d))))
	if k.kernel.flags&flagInt8 == 0 {
		params := [...]uint32{u(c / 4), u(w.Heads), scale}
		p.rec.run(k, groups, work, params[:], qkv, of(w.Table), y)
		return y
	}
	h := p.heads(w, qkv, windows)
	params := [...]uint32{u(c / 4), scale, 0}
	p.rec.run(k, groups, work, params[:], h.bytes, h.scale, of(w.Table), y)
	return y
}

// heads are q, k and v as bytes (layout.wgsl).
type heads struct{ bytes, scale operand }

// heads quantises what the product of all three gave: queries and keys by tokens,
// values by channels.
func (p *pass) heads(w *core.Attention, qkv operand, windows int) heads {
	c, area := w.Norm.Width, w.Window*w.Window
	d, n := c/w.Heads, windows*w.Heads
	l := layoutOf(d, w.Window)
	h := heads{bytes: p.rec.tensor(n * l.bytes), scale: p.floats(n * l.scale)}
	tokens := 64 / l.units // of a workgroup
	groups := [3]int{2*((area+tokens-1)/tokens) + l.units, w.Heads, windows}
	params := [...]uint32{u(c / 4), 0}
	k := p.get("heads", flagQuantise|flagHalf, u(d), u(w.Window))
	p.rec.run(k, groups, 3*windows*area*c, params[:], qkv, h.bytes, h.scale)
	return h
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
