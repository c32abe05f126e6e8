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

	forgotten int
}

func (s *stub) alive() bool { return !s.dead }
func (s *stub) ready() bool { return !s.dead && !s.late }
func (s *stub) forget()     { s.forgotten++ }
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

// What the browser throws while a tile is handed over or computed fails the tile, and
// not the program.
func TestCrewSurvivesTheBrowser(t *testing.T) {
	for workers := 1; workers <= 2; workers++ {
		p, stubs, job := duo(t)
		for _, s := range stubs {
			s.fail = func() error { uint8Array.New(-1); return nil }
		}
		if _, err := p.hire(1, workers, js.Undefined()).run(context.Background(), job, nil); !errors.As(err, new(refusal)) {
			t.Errorf("%d Workers: got %v", workers, err)
		}
		if len(p.free) != 2 {
			t.Errorf("%d Workers: %d are free", workers, len(p.free))
		}
	}
	full := js.Global().Get("Function").New("throw new RangeError('no memory')")
	r := &remote{worker: js.ValueOf(map[string]any{"postMessage": full}), calls: map[int]*call{}}
	if _, err := r.request(context.Background(), "tile", payload{members: map[string]any{}}, nil); !errors.As(err, new(refusal)) || len(r.calls) > 0 {
		t.Errorf("got %v, and %d requests wait", err, len(r.calls))
	}
}

// A picture that leaves nothing has every Worker let go of what it kept, also those
// that get no tile of it; and what a pool remembers of tiles has a bound.
func TestForget(t *testing.T) {
	p, stubs, _ := duo(t)
	m := start(t, nil)
	m.pool = p
	o := newOrder(t, m, 9, 7)
	o.keep = true
	if fuse(t, m, o); stubs[0].forgotten+stubs[1].forgotten > 0 || m.kept == nil {
		t.Error("what is to be kept is forgotten")
	}
	o.keep = false
	if fuse(t, m, o); stubs[0].forgotten != 1 || stubs[1].forgotten != 1 || m.kept != nil {
		t.Error("what is not to be kept is kept")
	}
	for i := range mostTiles + 1 {
		p.last[image.Rect(i, 0, i+1, 1)] = stubs[0]
	}
	if p.hire(1, 1, js.Undefined()); len(p.last) > 0 {
		t.Errorf("%d tiles are remembered", len(p.last))
	}

	var posted []string
	post := js.FuncOf(func(_ js.Value, args []js.Value) any {
		posted = append(posted, args[0].Get("type").String())
		return nil
	})
	defer post.Release()
	r := &remote{worker: js.ValueOf(map[string]any{"postMessage": post}), keeps: true}
	r.forget()
	r.forget()
	if len(posted) != 1 || posted[0] != "forget" {
		t.Errorf("posted %q", posted)
	}
	e := &engine{machine: m}
	m.checkpoints(true)
	if e.forget(); m.kept != nil {
		t.Error("a Worker that is told to forget keeps what it had")
	}
}
