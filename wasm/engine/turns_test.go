//go:build js && wasm

package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"

	"tcmoa/core"
)

// Whoever comes first, turns go by number.
func TestTurns(t *testing.T) {
	var turns turns
	var order []int
	var all sync.WaitGroup
	for _, number := range []int{3, 1, 4, 0, 2} {
		all.Go(func() {
			if err := turns.wait(context.Background(), number); err != nil {
				t.Error(err)
			}
			order = append(order, number)
			turns.pass()
		})
		runtime.Gosched()
	}
	all.Wait()
	if !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
		t.Errorf("turns went to %v", order)
	}
}

// One whose turn does not come waits no longer than its context.
func TestTurnsEndWithTheirContext(t *testing.T) {
	var turns turns
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- turns.wait(ctx, 1) }()
	runtime.Gosched()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := turns.wait(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("a turn that comes too late: error %v", err)
	}
}

// Tiles go to the GPU in the order of their numbers, whichever is the first to have its
// pixels.
func TestTilesTakeTurns(t *testing.T) {
	var widths []int
	m := start(t, &gpus{given: []*faulty{{begin: func(in core.Input) error {
		width, _ := in.A.Size()
		widths = append(widths, width)
		return nil
	}}}})
	run := m.gpu.run(m.network)
	var all sync.WaitGroup
	for _, number := range []int{2, 0, 1} {
		o := newOrder(t, m, 1+number, 7)
		all.Go(func() {
			job := core.TileJob{A: o.A, B: o.B, Controls: o.Controls, Place: &core.Place{Index: number}}
			job.Rect.Max.X, job.Rect.Max.Y = span, 2*span
			if _, err := run(context.Background(), job, func(core.Step) {}); err != nil {
				t.Error(err)
			}
		})
		runtime.Gosched()
	}
	all.Wait()
	if !slices.Equal(widths, []int{1, 2, 3}) {
		t.Errorf("the tiles came with %v pixels' width", widths)
	}
}
