//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"time"
)

// Timing is how long a dispatch took on the GPU's clock.
type Timing struct {
	Kernel string
	Work   int  // rough cost, in multiplications
	Int8   bool // and those are of int8
	Bytes  int  // of everything that the kernel reads or writes, counted once
	Time   time.Duration
}

// Timings are those of the last pass's dispatches, in their order; nil unless
// Options.Profile is set and the adapter has a clock.
func (b *Backend) Timings() []Timing { return b.timings }

// touches is how many bytes the operands of a dispatch have.
func (p *program) touches(d dispatch) (bytes int) {
	for _, o := range d.operands {
		switch {
		case o.block != nil:
			bytes += o.block.bytes
		case o.tensor > 0:
			bytes += p.tensors[o.tensor-1].bytes
		}
	}
	return bytes
}

// measured reads the times that the last run's dispatches wrote: pairs of
// nanoseconds.
func (p *program) measured(ctx context.Context) ([]Timing, error) {
	if !p.query.Truthy() {
		return nil, nil
	}
	back, err := p.dev.newBuffer("times", p.times.bytes, usageMapRead|usageCopyDst)
	if err != nil {
		return nil, err
	}
	defer back.destroy()
	count := 2 * len(p.dispatches)
	err = p.dev.commanded(func() {
		encoder := p.dev.value.Call("createCommandEncoder")
		encoder.Call("resolveQuerySet", p.query, 0, count, p.times.value, 0)
		encoder.Call("copyBufferToBuffer", p.times.value, 0, back.value, 0, 8*count)
		p.dev.queue.Call("submit", []any{encoder.Call("finish")})
	})
	if err != nil {
		return nil, err
	}
	if _, err := p.dev.await(ctx, follow(back.value.Call("mapAsync", mapRead, 0, 8*count))); err != nil {
		return nil, err
	}
	raw := back.mapped(8 * count)
	timings := make([]Timing, 0, len(p.dispatches))
	for i, d := range p.dispatches {
		if d.pipeline == nil {
			continue
		}
		start, end := binary.LittleEndian.Uint64(raw[16*i:]), binary.LittleEndian.Uint64(raw[16*i+8:])
		timings = append(timings, Timing{
			Kernel: d.pipeline.kernel.String(), Work: d.work, Int8: d.pipeline.kernel.flags&flagInt8 != 0,
			Bytes: p.touches(d), Time: time.Duration(end - start),
		})
	}
	return timings, nil
}
