//go:build js && wasm

package webgpu

import "tcmoa/core"

// TwoScaleHead implements core.Pass.
func (p *pass) TwoScaleHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	outputs, smoothed := p.outputs(z, w), p.floats(p.n*w.Out)
	params := [...]uint32{u(p.n), u(p.h), u(p.w), fbits(w.PromptGain), 0}
	const side = 2*core.TokenRadius + 1
	p.rec.run(p.get("smooth", 0, u(w.Out), core.TokenRadius), items(p.n*w.Out), side*side*p.n*w.Out, params[:],
		outputs, prompts.(*activation).operand, smoothed)
	cues := p.cues()
	plane := p.n * w.Patch * w.Patch
	pixels, weight := p.kept(3*plane), p.kept(plane)
	blend := [...]uint32{u(p.n), u(p.h), u(p.w), u(w.Patch), fbits(core.DetailFloor)}
	p.rec.run(p.get("twoscale", 0, u(w.Out)), items(plane), 64*plane, blend[:],
		smoothed, cues, p.planes, pixels.operand, weight.operand)
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
