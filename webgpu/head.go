//go:build js && wasm

package webgpu

import (
	"tcmoa/core"
)

// BlendHead implements core.Pass. The heads' matrices are float32 in every mode.
func (p *pass) BlendHead(z, prompts core.Activation, w *core.BlendHead) (core.Activation, core.Activation) {
	head := p.outputs(z, w)
	plane := p.n * w.Patch * w.Patch
	pixels, weight := p.kept(3*plane), p.kept(plane)
	params := [...]uint32{u(p.n), u(p.h), u(p.w), u(w.Patch), fbits(w.PromptGain)}
	p.rec.run(p.get("blend", 0), items(plane), 32*plane, params[:],
		head, prompts.(*activation).operand, p.planes, pixels.operand, weight.operand)
	return pixels, weight
}

// outputs are the head's of every token, N×Out.
func (p *pass) outputs(z core.Activation, w *core.BlendHead) operand {
	outputs := p.floats(p.n * w.Out)
	pair := p.prepare(rows{from: z.(*activation).operand, count: p.n, width: w.In, flags: flagPair}, false)
	p.multiply(product{Linear: w.Linear, flags: flagBias, to: outputs, left: pair})
	return outputs
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
