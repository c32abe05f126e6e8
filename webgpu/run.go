//go:build js && wasm

package webgpu

import (
	"context"
	"image"
	"slices"
	"time"
)

// inFlight is how many submits the GPU may have before it: enough that it
// never waits for the host, few enough that a cancelled pass ends soon.
const inFlight = 2

// Modes of mapAsync.
const mapRead = 1

// upload is what is put into a tensor before a pass: data of the host, or what a texture
// holds in a corner of some size.
type upload struct {
	to   operand
	data []byte
	from texture
	size image.Point
}

// job is what differs between the runs of a program.
type job struct {
	params  []uint32
	uploads []upload
	saved   []*saved // what the copies are from and to, beside tensors
	results []result
}

// result is what of a tensor the host reads after the pass: its first bytes, in whole
// words.
type result struct {
	of    operand
	bytes int
}

// run executes the program once and returns the job's results, one after the
// other, as bytes. Whom it tells of its progress may be nil.
func (p *program) run(ctx context.Context, j job, c *Counters, tell func(done, total int)) ([]byte, error) {
	err := p.command(c, func() {
		p.constants(j.params, c)
		p.link(j.saved)
		for _, u := range j.uploads {
			to := p.slotOf(u.to).buffer
			if u.from.width > 0 {
				u.from.give(p.dev, to, u.size)
				continue
			}
			p.dev.write(to, 0, u.data)
			c.BytesUp += int64(len(u.data))
		}
	})
	if err != nil {
		return nil, err
	}

	var pending []*promise
	from := 0
	for i, to := range p.ends {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := p.command(c, func() {
			p.dev.replay.Invoke(p.dev.value, p.dev.objects, p.words, from, to, p.query)
			pending = append(pending, follow(p.dev.queue.Call("onSubmittedWorkDone")))
		})
		if err != nil {
			return nil, err
		}
		c.Submits++
		for _, d := range p.dispatches[from:to] {
			if d.pipeline != nil {
				c.Dispatches++
			} else if n := d.operands[1].saved; n > 0 {
				j.saved[n-1].whole = j.saved[n-1].buffer.bytes > 0
			}
		}
		from = to
		if len(pending) > inFlight {
			if _, err := p.dev.await(ctx, pending[0]); err != nil {
				return nil, err
			}
			pending = pending[1:]
			if tell != nil {
				tell(i-inFlight+1, len(p.ends))
			}
		}
	}
	if len(j.results) == 0 {
		return nil, p.dev.check()
	}
	return p.read(ctx, j.results, c)
}

// command does the host's part of the work.
func (p *program) command(c *Counters, fn func()) error {
	start := time.Now()
	err := p.dev.commanded(fn)
	c.HostTime += time.Since(start)
	return err
}

// constants uploads the dispatches' parameters: all of them the first time,
// later those that changed.
func (p *program) constants(params []uint32, c *Counters) {
	if p.last == nil {
		p.dev.write(p.params, 0, bytesOf(params))
		p.last = slices.Clone(params)
		c.BytesUp += int64(4 * len(params))
		return
	}
	for _, d := range p.dispatches {
		now, before := params[d.params:d.params+d.words], p.last[d.params:d.params+d.words]
		if !slices.Equal(now, before) {
			p.dev.write(p.params, 4*d.params, bytesOf(now))
			copy(before, now)
			c.BytesUp += int64(4 * d.words)
		}
	}
}

// read copies tensors to the host: one copy, one wait.
func (p *program) read(ctx context.Context, results []result, c *Counters) ([]byte, error) {
	var words []uint32
	total := 0
	for _, r := range results {
		words = append(words, copyCommand, u(p.slotOf(r.of).object), 0, u(r.bytes), u(total))
		total += r.bytes
	}
	if p.back.bytes < total {
		if p.back.bytes > 0 {
			p.back.destroy()
			p.dev.unregister(p.backObject)
		}
		b, err := p.dev.newBuffer("results", total, usageMapRead|usageCopyDst)
		if err != nil {
			p.back = buffer{}
			return nil, err
		}
		p.back, p.backObject = b, p.dev.register(b.value)
	}
	for i := 2; i < len(words); i += record {
		words[i] = u(p.backObject)
	}
	var mapped *promise
	err := p.command(c, func() {
		p.dev.replay.Invoke(p.dev.value, p.dev.objects, uint32Array(words), 0, len(results))
		mapped = follow(p.back.value.Call("mapAsync", mapRead, 0, total))
	})
	if err != nil {
		return nil, err
	}
	c.Submits++
	if _, err := p.dev.await(ctx, mapped); err != nil {
		p.back.value.Call("unmap") // the next pass maps it again, even if this one still waits
		return nil, err
	}
	out := p.back.mapped(total)
	p.back.value.Call("unmap")
	c.BytesDown += int64(total)
	return out, p.dev.check()
}
