//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"time"

	"tcmoa/core"
)

// finish records the last step: the tile's colours, with flagBytes as such, and the
// number of the run.
func (p *pass) finish(pixels core.Activation, kind flag) result {
	w, h := p.in.Tile.Dx(), p.in.Tile.Dy()
	words := 3 * w * h
	if kind == flagBytes {
		words = w * h
	}
	out := p.kept(words + 1)
	params := [...]uint32{u(w), u(h), u(p.cfg.Upsample), p.serial, 0}
	p.rec.run(p.get("finish", kind), items(w*h), 3*w*h*p.cfg.Upsample*p.cfg.Upsample, params[:], pixels.(*activation).operand, out.operand)
	return p.rec.whole(out.operand)
}

var errNaN = errors.New("the network's result is not a number: the weights are damaged or the sources hold invalid values")

// Finish implements core.Pass: everything recorded is run now.
func (p *pass) Finish(pixels core.Activation, read ...core.Activation) ([]float32, [][]float32, error) {
	raw, values, err := p.complete(p.finish(pixels, 0), 0, read)
	if err != nil {
		return nil, nil, err
	}
	rgb := floatsOf(raw)
	for _, v := range rgb {
		if v != v {
			return nil, nil, errNaN
		}
	}
	return rgb, values, nil
}

// FinishBytes implements core.Rounder.
func (p *pass) FinishBytes(pixels core.Activation, read ...core.Activation) ([]uint8, [][]float32, error) {
	rgba, values, err := p.complete(p.finish(pixels, flagBytes), flagBytes, read)
	if err == nil {
		err = valid(rgba)
	}
	if err != nil {
		return nil, nil, err
	}
	return rgba, values, nil
}

// valid is errNaN for pixels of which the GPU has made one transparent.
func valid(rgba []uint8) error {
	for i := 3; i < len(rgba); i += 4 {
		if rgba[i] != 255 {
			return errNaN
		}
	}
	return nil
}

// complete runs everything recorded. It returns what the last kernel has left in out,
// less the number of the run at its end, and the values that were to be read.
func (p *pass) complete(out result, kind flag, read []core.Activation) (colours []byte, values [][]float32, err error) {
	defer func() {
		if errors.As(err, new(*failure)) {
			p.distrust()
		}
	}()
	if p.err != nil {
		return nil, nil, p.err
	}
	if err := p.ctx.Err(); err != nil {
		return nil, nil, err
	}
	results := []result{out}
	for _, a := range read {
		results = append(results, p.rec.whole(a.(*activation).operand))
	}
	p.counters.HostTime += time.Since(p.began)
	prog, err := p.program(p.ctx, p.rec)
	if err != nil {
		return nil, nil, err
	}
	if err := p.makeRoom(); err != nil {
		return nil, nil, err
	}
	raw, err := prog.run(p.ctx, job{p.rec.params, p.uploads, p.saved, results}, &p.counters, p.progress)
	if err != nil {
		return nil, nil, err
	}
	if p.timings, err = prog.measured(p.ctx); err != nil {
		return nil, nil, err
	}
	colours, raw = raw[:out.bytes-4], raw[out.bytes-4:]
	number := binary.LittleEndian.Uint32(raw)
	if kind != flagBytes {
		number = uint32(math.Float32frombits(number))
	}
	if number != p.serial {
		return nil, nil, &failure{ErrFault, "The GPU did not finish its work."}
	}
	raw = raw[4:]
	for _, r := range results[1:] {
		values = append(values, floatsOf(raw[:r.bytes]))
		raw = raw[r.bytes:]
	}
	p.counters.Passes++
	return colours, values, nil
}

// program is the one that does what a recording says: an earlier one, or a new
// one.
func (b *Backend) program(ctx context.Context, r *recording) (*program, error) {
	for i, p := range b.programs {
		if p.matches(r) {
			copy(b.programs[1:i+1], b.programs[:i]) // the latest first
			b.programs[0] = p
			return p, nil
		}
	}
	if len(b.programs) == maxPrograms {
		b.programs[maxPrograms-1].destroy()
		b.programs = b.programs[:maxPrograms-1]
	}
	p, err := b.build(ctx, r)
	if err == nil {
		b.counters.Builds++
		b.programs = append([]*program{p}, b.programs...)
	}
	b.dropUnused()
	return p, err
}

// dropUnused lets position tables go, and the band, that no program uses any more.
func (b *Backend) dropUnused() {
	used := func(block *block) bool {
		return slices.ContainsFunc(b.programs, func(p *program) bool { return p.uses(block) })
	}
	for t, block := range b.tables {
		if !used(block) {
			block.buffer.destroy()
			delete(b.tables, t)
		}
	}
	if !used(b.band.block) {
		b.band.drop()
	}
}
