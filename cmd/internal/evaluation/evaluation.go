// Package evaluation measures methods of fusion beside each other: every method
// fuses every pair, every metric judges every fusion, and the report has means
// and spreads.
package evaluation

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"tcmoa/core"
	"tcmoa/metrics"
)

// Pair is a pair of sources by its name, not read yet.
type Pair struct {
	Name string
	// Read returns the pictures. It may be called beside other pairs' Read.
	Read func() (*Scene, error)
}

// Scene is the pictures of a pair, all of one size.
type Scene struct {
	Name  string
	A, B  core.Picture
	Truth core.Picture // what a perfect fusion is, or nil where that is unknown
}

// Method is a way to fuse.
type Method struct {
	Name string
	// Fuse returns the fusion of a scene, in its size. It may be called for
	// several scenes at once.
	Fuse func(ctx context.Context, s *Scene) (core.Picture, error)
}

// Evaluation is what to measure.
type Evaluation struct {
	Task    string
	Pairs   []Pair
	Methods []Method
	Choice  Choice

	// Progress, if not nil, is told the share of the work that is done. Calls
	// follow each other.
	Progress func(share float64)
	// Failed, if not nil, is told of every pair that is left out because it
	// could not be read, fused or measured. Calls follow each other.
	Failed func(pair string, err error)
}

// scores are what one pair gave: the values of every method, in their order.
type scores []metrics.Values

// Run measures all pairs, several at a time. A pair that fails with one method
// is left out of all of them, so that means compare. When ctx is done Run
// returns its cause. The report does not depend on the number of processors.
func (e *Evaluation) Run(ctx context.Context) (*Report, error) {
	found := make([]scores, len(e.Pairs))
	memory := newBudget(pixelsAtOnce)
	told := e.teller()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(e.Pairs)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1) - 1)
				if i >= len(e.Pairs) {
					return
				}
				values, err := e.measure(ctx, e.Pairs[i], memory, told.step)
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					told.fail(e.Pairs[i].Name, err)
				}
				found[i] = values
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return e.report(found), nil
}

// measure fuses a pair by every method and measures what comes of it. step is
// called after every step of the work.
func (e *Evaluation) measure(ctx context.Context, p Pair, memory *budget, step func()) (scores, error) {
	scene, err := p.Read()
	if err != nil {
		return nil, err
	}
	width, height := scene.A.Size()
	defer memory.claim(width * height)()
	sources, err := metrics.NewSources(metrics.Luminance(scene.A), metrics.Luminance(scene.B))
	if err != nil {
		return nil, err
	}
	fused := make([]shot, len(e.Methods))
	planes := make([]*metrics.Plane, len(e.Methods))
	for i, m := range e.Methods {
		picture, err := m.Fuse(ctx, scene)
		if err != nil {
			return nil, err
		}
		fused[i] = newShot(picture)
		planes[i] = fused[i].luminance
		step()
	}
	values, err := metrics.Evaluate(ctx, sources, planes, e.Choice.Plain, func(int, int) { step() })
	if err != nil || scene.Truth == nil {
		return values, err
	}
	truth := newShot(scene.Truth)
	for _, m := range e.Choice.Truth {
		for i, f := range fused {
			v, err := m.of(f, truth)
			var small *metrics.TooSmall
			switch {
			case err == nil:
				values[i][m.Name] = v
			case !errors.As(err, &small):
				return nil, err
			}
		}
	}
	return values, nil
}
