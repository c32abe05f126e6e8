//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"time"

	"tcmoa/core"
)

// finish records the last step: the tile's colours, and the number of the run.
func (p *pass) finish(pixels core.Activation) *activation {
	w, h := p.in.Tile.Dx(), p.in.Tile.Dy()
	rgb := p.kept(3*w*h + 1)
	params := [...]uint32{u(w), u(h), u(p.cfg.Upsample), p.serial}
	p.rec.run(p.get("finish", 0), items(w*h), 3*w*h*p.cfg.Upsample*p.cfg.Upsample, params[:], pixels.(*activation).operand, rgb.operand)
	return rgb
}

// Finish implements core.Pass: everything recorded is run now.
func (p *pass) Finish(pixels core.Activation, read ...core.Activation) (rgb []float32, values [][]float32, err error) {
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
	results := []operand{p.finish(pixels).operand}
	for _, a := range read {
		results = append(results, a.(*activation).operand)
	}
	if p.err != nil {
		return nil, nil, p.err
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
	values = make([][]float32, len(results))
	for i, o := range results {
		n := p.rec.of(o).bytes
		values[i] = floatsOf(raw[:n])
		raw = raw[n:]
	}
	p.counters.Passes++
	rgb = values[0]
	last := len(rgb) - 1
	if rgb[last] != float32(p.serial) {
		return nil, nil, &failure{ErrFault, "The GPU did not finish its work."}
	}
	rgb = rgb[:last]
	for _, v := range rgb {
		if v != v {
			return nil, nil, errors.New("the network's result is not a number: the weights are damaged or the sources hold invalid values")
		}
	}
	return rgb, values[1:], nil
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
	if err != nil {
		return nil, err
	}
	b.counters.Builds++
	b.programs = append([]*program{p}, b.programs...)
	b.dropTables()
	return p, nil
}

// dropTables lets position tables go that no program reads any more.
func (b *Backend) dropTables() {
	used := map[*block]bool{}
	for _, p := range b.programs {
		for _, d := range p.dispatches {
			for _, o := range d.operands {
				used[o.block] = true
			}
		}
	}
	for t, block := range b.tables {
		if !used[block] {
			block.buffer.destroy()
			delete(b.tables, t)
		}
	}
}
