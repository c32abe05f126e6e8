//go:build js && wasm

package webgpu

import (
	"errors"

	"tcmoa/core"
)

// saved implements core.Kept: a copy of a tensor in a buffer of its own. It is made
// while its pass runs, long after Keep has recorded it.
type saved struct {
	dev      *device
	bytes    int
	readable bool // the tensor can be read back

	buffer   buffer // none until the pass runs, and where there was no memory
	object   int    // where replay.js finds it
	whole    bool   // the GPU has been told to fill it
	released bool
}

// Bytes implements core.Kept.
func (k *saved) Bytes() int { return k.bytes }

// Whole implements core.Kept.
func (k *saved) Whole() bool { return k.whole }

// Release implements core.Kept.
func (k *saved) Release() {
	if k.buffer.bytes > 0 {
		k.dev.unregister(k.object)
		k.buffer.destroy()
	}
	k.buffer, k.whole, k.released = buffer{}, false, true
}

// Keep implements core.Keeper.
func (p *pass) Keep(a core.Activation, old core.Kept) core.Kept {
	from := a.(*activation).operand
	t := p.rec.of(from)
	k := &saved{dev: p.dev, bytes: t.bytes, readable: t.keep}
	if o, ok := old.(*saved); ok {
		if o.bytes == k.bytes {
			k.buffer, k.object, o.buffer = o.buffer, o.object, buffer{}
		}
		o.Release()
	}
	if p.err != nil || p.ctx.Err() != nil {
		k.Release()
		return nil
	}
	p.rec.copy(from, p.outside(k))
	return k
}

// Recall implements core.Keeper.
func (p *pass) Recall(from core.Kept) core.Activation {
	k := from.(*saved)
	to := p.rec.tensor(k.bytes)
	p.rec.of(to).keep = k.readable
	p.rec.copy(p.outside(k), to)
	return &activation{to}
}

// outside is what is kept as an operand of the pass.
func (p *pass) outside(k *saved) operand {
	p.saved = append(p.saved, k)
	return operand{saved: len(p.saved)}
}

// distrust marks what the GPU may have failed to fill.
func (p *pass) distrust() {
	for _, k := range p.saved {
		k.whole = false
	}
}

// makeRoom makes the buffers that what is kept does not have yet. What the GPU has no
// memory for is not kept: a pass can do without.
func (p *pass) makeRoom() error {
	var without []*saved
	for _, k := range p.saved {
		if k.buffer.bytes == 0 && !k.released {
			without = append(without, k)
		}
	}
	if len(without) == 0 {
		return nil
	}
	var refused error
	err := p.dev.scoped(p.ctx, "out-of-memory", ErrMemory, func() {
		for _, k := range without {
			var b buffer
			if b, refused = p.dev.newBuffer("saved", k.bytes, usageCopySrc|usageCopyDst); refused != nil {
				return
			}
			k.buffer, k.object = b, p.dev.register(b.value)
		}
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		for _, k := range without {
			k.Release()
		}
	}
	if errors.Is(err, ErrMemory) {
		return nil
	}
	return err
}
