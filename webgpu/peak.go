//go:build js && wasm

package webgpu

import (
	"context"
	"time"
)

// Peaks are what the adapter reaches where nothing holds it up, by its own
// clock: the roofs under which a kernel's speed is to be seen.
type Peaks struct {
	Int8, Float32 float64 // multiplications a second, with the variant's instructions
	Copy          float64 // bytes a second, read and written
}

// longEnough is how long a measurement must take: browsers round the GPU's clock
// to tenths of a millisecond.
const longEnough = 20 * time.Millisecond

// Peaks measures them. It needs Options.Profile and an adapter with a clock.
func (b *Backend) Peaks(ctx context.Context) (Peaks, error) {
	if !b.dev.offer.Timestamps {
		return Peaks{}, unavailable("The GPU has no clock to be measured by.")
	}
	const steps, lanes = 64, 256
	products := func(kind flag, each int) func(groups int) (recording, float64) {
		return func(groups int) (r recording, work float64) {
			out := r.tensor(256)
			r.run(b.pipelines.get(b.dev.offer.kernel("peak", kind)), spread(groups), 0, []uint32{steps, 0x01020304}, out)
			return r, float64(groups * lanes * steps * 32 * each)
		}
	}
	copying := func(groups int) (r recording, work float64) {
		bytes := 16 * lanes * groups
		src, dst := r.tensor(bytes), r.tensor(bytes)
		r.tensors[src.tensor-1].upload, r.tensors[dst.tensor-1].keep = true, true
		r.run(b.pipelines.get(b.dev.offer.kernel("copy", 0)), spread(groups), 0, []uint32{u(lanes * groups)}, src, dst)
		return r, float64(2 * bytes)
	}
	var p Peaks
	for _, m := range []struct {
		to     *float64
		record func(groups int) (recording, float64)
		most   int // workgroups
	}{
		{&p.Int8, products(flagInt8, 4), 1 << 20},
		{&p.Float32, products(0, 1), 1 << 20},
		{&p.Copy, copying, min(64<<20, b.dev.maxBuffer) / (16 * lanes)},
	} {
		for groups := 64; ; groups = min(2*groups, m.most) {
			r, work := m.record(groups)
			took, err := b.clock(ctx, &r)
			if err != nil {
				return Peaks{}, err
			}
			*m.to = work / took.Seconds()
			if took > longEnough || groups == m.most {
				break
			}
		}
	}
	return p, nil
}

// clock runs a recording of one dispatch twice, and times the second run, which
// finds everything in place.
func (b *Backend) clock(ctx context.Context, r *recording) (time.Duration, error) {
	prog, err := b.build(ctx, r)
	if err != nil {
		return 0, err
	}
	defer prog.destroy()
	var timings []Timing
	for range 2 {
		if _, err = prog.run(ctx, job{params: r.params}, &Counters{}, nil); err != nil {
			return 0, err
		}
		if timings, err = prog.measured(ctx); err != nil {
			return 0, err
		}
	}
	return max(timings[0].Time, time.Nanosecond), nil
}
