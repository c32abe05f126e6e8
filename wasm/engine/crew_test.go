//go:build js && wasm

package main

import (
	"context"
	"errors"
	"image"
	"reflect"
	"syscall/js"
	"testing"

	"tcmoa/core"
)

func TestCrewOf(t *testing.T) {
	for _, tc := range []struct{ tiles, workers, size, shared int }{
		{1, 1, 1, 0}, {1, 2, 2, 1}, {1, 8, 2, 1},
		{2, 2, 2, 0}, {2, 3, 2, 0}, {2, 4, 4, 2}, {2, 8, 4, 2},
		{3, 1, 1, 0}, {3, 2, 2, 1}, {3, 4, 3, 0}, {5, 4, 4, 1}, {7, 4, 4, 0}, {16, 8, 8, 0},
	} {
		if size, shared := crewOf(tc.tiles, tc.workers); size != tc.size || shared != tc.shared {
			t.Errorf("%d tiles, %d Workers: %d of them, %d tiles shared; want %d, %d", tc.tiles, tc.workers, size, shared, tc.size, tc.shared)
		}
	}
}

// stub is a runner that does as it is told.
type stub struct {
	runner
	fail func() error // the run, or nil
	dead bool
	late bool // not ready
	runs int
}

func (s *stub) alive() bool { return !s.dead }
func (s *stub) ready() bool { return !s.dead && !s.late }
func (s *stub) run(ctx context.Context, t task) (*core.TileResult, error) {
	s.runs++
	if s.fail != nil {
		if err := s.fail(); err != nil {
			return nil, err
		}
	}
	return s.runner.run(ctx, t)
}

// duo is a pool of two runners in this one program.
func duo(t *testing.T) (*pool, [2]*stub, core.TileJob) {
	t.Helper()
	m := start(t, nil)
	stubs := [2]*stub{{runner: local{m.network}}, {runner: local{start(t, nil).network}}}
	p := newPool(m.network, nil)
	p.all, p.free = []runner{stubs[0], stubs[1]}, []runner{stubs[0], stubs[1]}
	o := newOrder(t, m, 9, 7)
	return p, stubs, core.TileJob{A: o.A, B: o.B, Rect: image.Rect(0, 0, 12, 8), Controls: o.Controls, Maps: true}
}

// Two that share a tile come to what one comes to, whatever befalls one of them.
func TestCrew(t *testing.T) {
	gone := errors.New("gone")
	for _, tc := range []struct {
		name    string
		befalls func(one *stub)
		runs    int // of that one
		workers int
	}{
		{"nothing", func(*stub) {}, 1, 2},
		{"it is not ready yet", func(s *stub) { s.late = true }, 0, 1},
		{"it dies", func(s *stub) { s.fail = func() error { s.dead = true; return gone } }, 1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, stubs, job := duo(t)
			want, err := stubs[0].runner.run(context.Background(), task{TileJob: job})
			if err != nil {
				t.Fatal(err)
			}
			tc.befalls(stubs[1])
			c := p.hire(1, 2, js.Undefined())
			steps := 0
			got, err := c.run(context.Background(), job, func(core.Step) { steps++ })
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Error("another result than that of one")
			}
			if stubs[1].runs != tc.runs || c.workers() != tc.workers || steps == 0 {
				t.Errorf("%d runs, %d Workers, %d steps", stubs[1].runs, c.workers(), steps)
			}
		})
	}
}

// What is wrong with a tile is not blamed on the sharing, and an abort ends both.
func TestCrewFails(t *testing.T) {
	wrong := errors.New("wrong")
	p, stubs, job := duo(t)
	for _, s := range stubs {
		s.fail = func() error { return wrong }
	}
	if _, err := p.hire(1, 2, js.Undefined()).run(context.Background(), job, nil); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	stubs[0].fail, stubs[1].fail = nil, func() error { cancel(); return nil }
	if _, err := p.hire(1, 2, js.Undefined()).run(ctx, job, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(p.free) != 2 {
		t.Errorf("%d are free", len(p.free))
	}
}
