//go:build js && wasm

package webgpu

import (
	"context"
	"slices"
	"syscall/js"
)

// record is the number of words of a command for replay.js, and copyCommand
// the first word of one that copies.
const (
	record      = 5
	copyCommand = 0xffffffff
)

// workPerSubmit is after how many multiplications a submit ends: some ten
// milliseconds of a small GPU, far from any watchdog, and often enough to stop
// soon when the pass is cancelled.
const workPerSubmit = 4e9

// program is a recording made ready to run: with memory, bind groups and the
// commands as JavaScript knows them. It is used again for every pass that
// records the same.
type program struct {
	dev        *device
	arena      *arena
	dispatches []dispatch
	tensors    []tensor

	slots    []*slot
	slot     []int // of each tensor
	groups   []int // where replay.js finds each dispatch's bind group; -1 for a copy
	params   buffer
	last     []uint32 // the parameters in params
	commands []uint32
	words    js.Value // Uint32Array of the commands
	ends     []int    // of each submit, in dispatches

	back       buffer // the results, where the host can read them
	backObject int
	query      js.Value // GPUQuerySet, where times are taken
	times      buffer
}

// matches reports whether the program does what a recording says.
func (p *program) matches(r *recording) bool {
	return slices.Equal(p.dispatches, r.dispatches) && slices.Equal(p.tensors, r.tensors)
}

// uses reports whether a dispatch of the program reads or writes a block.
func (p *program) uses(b *block) bool {
	return slices.ContainsFunc(p.dispatches, func(d dispatch) bool {
		return slices.ContainsFunc(d.operands[:], func(o operand) bool { return o.block == b })
	})
}

// build plans a recording's memory and makes everything that running it needs.
func (b *Backend) build(ctx context.Context, r *recording) (*program, error) {
	p := &program{dev: b.dev, arena: &b.arena, dispatches: slices.Clone(r.dispatches), tensors: slices.Clone(r.tensors)}
	var err error
	for _, d := range p.dispatches {
		if d.pipeline == nil {
			continue
		}
		if e := b.pipelines.finish(ctx, d.pipeline); e != nil && err == nil {
			err = e
		}
	}
	if err != nil {
		return nil, err
	}
	memory := b.dev.scoped(ctx, "out-of-memory", ErrMemory, func() { err = p.allocate(len(r.params) * 4) })
	if err == nil {
		err = memory
	}
	if err == nil {
		err = b.dev.scoped(ctx, "validation", ErrFault, func() { p.bind() })
	}
	if err != nil {
		p.destroy()
		return nil, err
	}
	p.encode(b.perSubmit)
	return p, nil
}

// lifetimes are when each tensor is needed.
func (p *program) lifetimes() []lifetime {
	lives := make([]lifetime, len(p.tensors))
	for i, t := range p.tensors {
		lives[i] = lifetime{bytes: t.bytes, first: len(p.dispatches), last: -1}
		if t.upload {
			lives[i].first = -1
		}
		if t.keep {
			lives[i].last = len(p.dispatches)
		}
	}
	for n, d := range p.dispatches {
		for _, o := range d.operands {
			if o.tensor > 0 {
				l := &lives[o.tensor-1]
				l.first, l.last = min(l.first, n), max(l.last, n)
			}
		}
	}
	return lives
}

func (p *program) allocate(params int) error {
	slot, sizes := plan(p.lifetimes())
	p.slot = slot
	var err error
	if p.slots, err = p.arena.take(sizes); err != nil {
		return err
	}
	p.params, err = p.dev.newBuffer("constants", params, usageUniform|usageCopyDst)
	if err == nil && p.dev.offer.Timestamps {
		n := 2 * len(p.dispatches)
		p.query, err = try(p.dev.value, "createQuerySet", map[string]any{"type": "timestamp", "count": n})
		if err != nil {
			return &failure{ErrFault, "The GPU failed: " + err.Error()}
		}
		p.times, err = p.dev.newBuffer("times", 8*n, usageQuery|usageCopySrc)
	}
	return err
}

// slotOf is the buffer that holds a tensor.
func (p *program) slotOf(o operand) *slot { return p.slots[p.slot[o.tensor-1]] }

// bind makes the dispatches' bind groups.
func (p *program) bind() {
	entry := func(binding int, b buffer, offset, bytes int) any {
		return map[string]any{
			"binding":  binding,
			"resource": map[string]any{"buffer": b.value, "offset": offset, "size": bytes},
		}
	}
	for _, d := range p.dispatches {
		if d.pipeline == nil {
			p.groups = append(p.groups, -1)
			continue
		}
		// A uniform's size is that of the kernel's struct: whole vectors.
		entries := []any{entry(0, p.params, 4*d.params, (4*d.words+15)&^15)}
		for i, o := range d.operands {
			switch {
			case o.block != nil:
				entries = append(entries, entry(i+1, o.block.buffer, o.block.offset, o.block.bytes))
			case o.tensor > 0:
				entries = append(entries, entry(i+1, p.slotOf(o).buffer, 0, (p.tensors[o.tensor-1].bytes+15)&^15))
			}
		}
		g := p.dev.value.Call("createBindGroup", map[string]any{
			"label": d.pipeline.kernel.String(), "layout": d.pipeline.layout, "entries": entries,
		})
		p.groups = append(p.groups, p.dev.register(g))
	}
}

// encode writes the dispatches as numbers, and cuts them into submits of so much
// work.
func (p *program) encode(perSubmit int) {
	p.commands = make([]uint32, record*len(p.dispatches))
	work := 0
	for i, d := range p.dispatches {
		command := p.commands[record*i:]
		if d.pipeline != nil {
			copy(command, []uint32{u(d.pipeline.index), u(p.groups[i]), u(d.groups[0]), u(d.groups[1]), u(d.groups[2])})
		} else {
			command[0] = copyCommand // link writes the rest
		}
		work += d.work
		if work >= perSubmit || i == len(p.dispatches)-1 {
			p.ends = append(p.ends, i+1)
			work = 0
		}
	}
	p.words = uint32Array(p.commands)
}

// link writes the copies from and to what a pass keeps, which is elsewhere every
// time. Where one is of no use, it has no bytes.
func (p *program) link(all []*saved) {
	if len(all) == 0 {
		return
	}
	for i, d := range p.dispatches {
		if d.pipeline != nil {
			continue
		}
		command := p.commands[record*i:]
		for end, o := range d.operands[:2] {
			if o.tensor > 0 {
				command[1+end] = u(p.slotOf(o).object)
				continue
			}
			k := all[o.saved-1]
			command[1+end], command[3] = u(k.object), 0
			if k.buffer.bytes > 0 {
				command[3] = u(k.bytes)
			}
		}
	}
	js.CopyBytesToJS(js.Global().Get("Uint8Array").New(p.words.Get("buffer")), bytesOf(p.commands))
}

// uint32Array is a JavaScript copy of words.
func uint32Array(words []uint32) js.Value {
	bytes := js.Global().Get("Uint8Array").New(4 * len(words))
	js.CopyBytesToJS(bytes, bytesOf(words))
	return js.Global().Get("Uint32Array").New(bytes.Get("buffer"))
}

func (p *program) destroy() {
	p.arena.give(p.slots)
	for _, g := range p.groups {
		if g >= 0 {
			p.dev.unregister(g)
		}
	}
	if p.back.bytes > 0 {
		p.dev.unregister(p.backObject)
	}
	p.back.destroy()
	p.params.destroy()
	p.times.destroy()
	if p.query.Truthy() {
		p.query.Call("destroy")
	}
}
