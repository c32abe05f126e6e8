//go:build js && wasm

package webgpu

import (
	"tcmoa/core"
)

// BlendHead implements core.Pass. The heads' matrices are float32 in every mode.
func (p *pass) BlendHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	x := z.(*activation)
	plane := p.n * w.Patch * w.Patch
	pair := p.prepare(rows{from: x.operand, count: p.n, width: w.In, flags: flagPair}, false)
	head := p.floats(p.n * w.Out)
	p.multiply(product{Linear: w.Linear, flags: flagBias, to: head, left: pair})
	pixels, weight := p.kept(3*plane), p.kept(plane)
	operands := []operand{head, prompts.(*activation).operand, p.planes, pixels.operand, weight.operand}
	var kind flag
	if w.Detail != nil {
		kind = flagDetail
		gains := p.floats(p.n * w.Detail.Out)
		p.multiply(product{Linear: *w.Detail, flags: flagBias, to: gains, left: pair})
		operands = append(operands, p.cues(), gains)
	}
	params := [...]uint32{u(p.n), u(p.h), u(p.w), u(w.Patch), fbits(w.PromptGain)}
	p.rec.run(p.get("blend", kind), items(plane), 32*plane, params[:], operands...)
	return pixels, weight
}

// cues is what two-scale blending measures in the sources: planes of the local
// means (2×3), of the coarse activities (2) and of the fine ones (2).
func (p *pass) cues() operand {
	w, h := p.w*p.cfg.Patch, p.h*p.cfg.Patch
	cues, activity := p.floats(10*w*h), p.floats(2*w*h)
	params := [...]uint32{u(w), u(h)}
	p.rec.run(p.get("activity", 0), items(2*w*h), 32*w*h, params[:], p.planes, activity)
	p.box(cues, 0, p.planes, 6, core.DetailRadius)
	p.box(cues, 6, activity, 2, core.DetailRadius)
	p.box(cues, 8, activity, 2, core.DetailFineRadius)
	return cues
}

// box filters planes into those of dst from the first on.
func (p *pass) box(dst operand, first int, src operand, planes, radius int) {
	w, h := p.w*p.cfg.Patch, p.h*p.cfg.Patch
	n := planes * w * h
	rows := p.floats(n)
	params := [...]uint32{u(w), u(h), u(planes), u(radius), 0}
	p.rec.run(p.get("box", 0), items(n), n*2*radius, params[:], src, rows)
	params[4] = u(first)
	p.rec.run(p.get("box", flagDown), items(n), n*2*radius, params[:], rows, dst)
}

// PixelHead implements core.Pass.
func (p *pass) PixelHead(z core.Activation, w *core.Linear) core.Activation {
	x := z.(*activation)
	pixels := p.kept(p.n * w.Out)
	p.multiply(product{
		Linear: *w, flags: flagBias | flagPixels, patch: p.cfg.Patch, to: pixels.operand,
		left: p.prepare(rows{from: x.operand, count: p.n, width: w.In}, false),
	})
	return pixels
}
