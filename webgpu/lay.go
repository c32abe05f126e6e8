//go:build js && wasm

package webgpu

import "tcmoa/core"

// Lay implements core.Layer.
func (p *pass) Lay(at *core.Place, pixels, weight core.Activation, read ...core.Activation) ([]uint8, []float32, [][]float32, error) {
	band, err := p.take(at)
	if err != nil {
		return nil, nil, nil, err
	}
	raw, values, err := p.complete(p.lay(at, pixels, weight, band), flagBytes, read)
	if err != nil {
		return nil, nil, nil, err
	}
	p.band.next = at.Index + 1
	area := 4 * (at.To - at.From) * at.Width
	rgba, raw := raw[:area], raw[area:]
	if err := valid(rgba); err != nil {
		return nil, nil, nil, err
	}
	if len(raw) == 0 {
		return rgba, nil, values, nil
	}
	return rgba, floatsOf(raw), values, nil
}

// lay records the last steps of a tile that is laid in its place: it goes into the
// band, and the rows that are finished with it out of there, with the number of the
// run. How many these are, and where, is in the parameters, so that all tiles of a
// picture share a program.
func (p *pass) lay(at *core.Place, pixels, weight core.Activation, band operand) result {
	w, h := p.in.Tile.Dx(), p.in.Tile.Dy()
	operands := [4]operand{0: pixels.(*activation).operand, 2: band}
	kind, words := flag(0), 1
	if weight != nil {
		kind, words = flagShares, 2
		operands[3] = weight.(*activation).operand
	}
	ramps := make([]float32, w+h)
	copy(ramps, at.Across)
	copy(ramps[w:], at.Down)
	operands[1] = p.upload(bytesOf(ramps), 4*len(ramps))
	params := [...]uint32{
		u(w), u(h), u(p.cfg.Upsample), u(at.Width), u(at.X), u(at.Y), u(len(at.Across)), u(len(at.Down)), u(at.SeenX), u(at.SeenY), 0,
	}
	p.rec.run(p.get("lay", kind), items(w*h), 4*w*h*p.cfg.Upsample*p.cfg.Upsample, params[:], operands[:]...)

	most, rows := h*at.Width, at.To-at.From
	strip := p.kept(words*most + 1).operand
	finished := [...]uint32{u(at.Width), u(h), u(at.From), u(rows), p.serial, 0}
	p.rec.run(p.get("strip", kind), items(most), 4*most, finished[:], band, strip)
	return result{strip, 4 * (words*rows*at.Width + 1)}
}
