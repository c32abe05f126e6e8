package cpu

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"tcmoa/core"
)

// pass implements core.Pass. Its activations are float32 slices; z is S×N×C.
type pass struct {
	*Backend
	ctx     context.Context
	in      core.Input
	cfg     core.Config
	h, w, n int          // the token grid
	streams span         // that operations on single streams compute
	rows    span         // of the grid that operations on both streams compute
	sources [2][]float32 // normalised, 3×tile height×tile width
	taken   [][]float32
}

// alloc returns n floats of any content, valid until the pass ends.
func (p *pass) alloc(n int) []float32 {
	best := -1
	for i, f := range p.free {
		if cap(f) >= n && (best < 0 || cap(f) < cap(p.free[best])) {
			best = i
		}
	}
	var buf []float32
	if best >= 0 && cap(p.free[best]) <= 2*n {
		last := len(p.free) - 1
		buf = p.free[best][:n]
		p.free[best] = p.free[last]
		p.free = p.free[:last]
	} else {
		buf = make([]float32, n)
	}
	p.taken = append(p.taken, buf)
	return buf
}

// each calls fn for every i < n, on all workers, until the pass is cancelled.
func (p *pass) each(n int, fn func(s *scratch, i int)) {
	if len(p.work) == 1 {
		for i := 0; i < n && p.ctx.Err() == nil; i++ {
			fn(p.work[0], i)
			if p.opt.Yield != nil {
				p.opt.Yield()
			}
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for _, s := range p.work[:min(n, len(p.work))] {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && p.ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				fn(s, i)
			}
		})
	}
	wg.Wait()
}

// run is how many tokens go through a feed-forward part at once: enough to
// keep the multiplication busy, few enough that they stay in the cache.
const run = 64

// runs calls fn for the rows [from, to) of consecutive runs of some rows.
func (p *pass) runs(of span, fn func(s *scratch, from, to int)) {
	p.each((of.length()+run-1)/run, func(s *scratch, i int) {
		from := of.from + i*run
		fn(s, from, min(from+run, of.to))
	})
}

// Finish implements core.Pass.
func (p *pass) Finish(pixels core.Activation, read ...core.Activation) ([]float32, [][]float32, error) {
	// The next pass most likely needs the same. What this one had no use for goes:
	// else pictures of ever other sizes would pile up memory.
	defer func() { p.free, p.taken = p.taken, nil }()
	if err := p.ctx.Err(); err != nil {
		return nil, nil, err
	}
	rgb := p.toPixels(pixels.([]float32))
	for _, v := range rgb {
		if v != v {
			return nil, nil, errors.New("the network's result is not a number: the weights are damaged or the sources hold invalid values")
		}
	}
	values := make([][]float32, len(read))
	for i, a := range read {
		values[i] = append([]float32(nil), a.([]float32)...)
	}
	return rgb, values, nil
}

// Values is an activation's float32 values while its pass runs: z as S×N×C. It
// serves tests and other backends' comparisons.
func Values(a core.Activation) []float32 { return a.([]float32) }
