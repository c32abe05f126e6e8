//go:build js && wasm

package webgpu

import (
	"slices"

	"tcmoa/core"
)

// band is the part of a picture that tiles are laid into: as many of its rows as a
// tile has, whole, with the three colours of a pixel and its weight side by side as
// float32. Pixel row y is the (y mod that many)th, so that rows to come take the place
// of finished ones and none has to be moved.
//
// One band serves all pictures. Nothing clears it: a tile adds to what earlier ones of
// its picture have left, and writes where none has been (wgsl/lay.wgsl). So it has to
// follow all of them, and that is seen to here.
type band struct {
	block *block // nil: no memory
	next  int    // the tile that may follow, beside the first of a picture
}

// bandBytes is what a band takes for a picture of width pixels and tiles of so many
// rows.
func bandBytes(width, rows int) int { return 16 * width * rows }

// Lays is what core.Request.Lays asks: whether a buffer can be as large as such a band.
func (b *Backend) Lays(width, rows int) bool { return bandBytes(width, rows) <= b.dev.maxBuffer }

// take gives the pass the band, to lay a tile that must be the next one. Until it is
// laid no other can be, but that of a new picture.
func (p *pass) take(at *core.Place) (operand, error) {
	next := p.band.next
	p.band.next = 0
	if p.err != nil {
		return operand{}, p.err
	}
	if at.Index != 0 && at.Index != next {
		return operand{}, &failure{ErrFault, "The tiles of a picture are out of order."}
	}
	if err := p.widen(bandBytes(at.Width, p.in.Tile.Dy())); err != nil {
		return operand{}, err
	}
	return operand{block: p.band.block}, nil
}

// widen makes the band at least so large. Programs that use a smaller one go with it.
func (p *pass) widen(bytes int) error {
	old := p.band.block
	if old != nil && old.bytes >= bytes {
		return nil
	}
	p.programs = slices.DeleteFunc(p.programs, func(q *program) bool {
		stale := old != nil && q.uses(old)
		if stale {
			q.destroy()
		}
		return stale
	})
	p.band.drop()
	var made buffer
	var refused error
	err := p.dev.scoped(p.ctx, "out-of-memory", ErrMemory, func() {
		made, refused = p.dev.newBuffer("band", bytes, usageStorage)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		made.destroy()
		return err
	}
	p.band.block = &block{made, 0, made.bytes}
	return nil
}

// drop lets go of the band's memory.
func (b *band) drop() {
	if b.block != nil {
		b.block.buffer.destroy()
	}
	*b = band{}
}
