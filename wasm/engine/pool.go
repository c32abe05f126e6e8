//go:build js && wasm

package main

import (
	"context"
	"image"
	"maps"
	"sync/atomic"
	"syscall/js"

	"tcmoa/core"
)

// maxWorkers is how many Workers a pool may have.
const maxWorkers = 64

// pool shares tiles between this Worker and further ones, each with a Go
// instance of its own: Go's WebAssembly has one thread.
//
// The further Workers are children of this one and not of the page: the tiles
// then never touch the page's thread, the page knows one Worker only, and
// ending that one ends them all. They are started when a picture first needs
// them, and kept.
type pool struct {
	model   map[string]any             // the load request that prepares a Worker
	remotes atomic.Int32               // Workers that live
	free    chan runner                // those that have nothing to do
	last    map[image.Rectangle]runner // that computed a tile, and may have kept what the next fusion needs
}

// runner computes one tile at a time. options are the controls of the job as
// the request had them.
type runner interface {
	run(ctx context.Context, job core.TileJob, options js.Value, progress func(core.Step)) (*core.TileResult, error)
	alive() bool
}

// newPool makes a pool of this Worker alone.
func newPool(n *core.Network, model map[string]any) *pool {
	p := &pool{model: model, free: make(chan runner, maxWorkers), last: map[image.Rectangle]runner{}}
	p.free <- local{n}
	return p
}

// share returns a core.Request.Run for a picture that is fused on the given
// number of Workers, and starts those that are missing; where some can't be, the
// others do their work. No other picture may be at work.
func (p *pool) share(workers int, options js.Value) func(context.Context, core.TileJob, func(core.Step)) (*core.TileResult, error) {
	for range len(p.free) { // one may have died since the last picture
		p.release(<-p.free)
	}
	maps.DeleteFunc(p.last, func(_ image.Rectangle, r runner) bool { return !r.alive() })
	for int(p.remotes.Load()) < workers-1 {
		p.free <- newRemote(p.model)
		p.remotes.Add(1)
	}
	return func(ctx context.Context, job core.TileJob, progress func(core.Step)) (*core.TileResult, error) {
		for {
			r := p.take(job.Rect)
			res, err := r.run(ctx, job, options, progress)
			alive := r.alive()
			p.release(r)
			if err == nil || alive || ctx.Err() != nil {
				return res, err
			}
			// A Worker that could not start, or died, leaves its tile to the others:
			// this one at least lives.
		}
	}
}

// take waits for a runner that has nothing to do. Of several it prefers the one
// that had this tile the last time.
func (p *pool) take(tile image.Rectangle) runner {
	for range len(p.free) {
		r := <-p.free
		if r == p.last[tile] {
			return r
		}
		p.free <- r
	}
	r := <-p.free
	p.last[tile] = r
	return r
}

// size is how many Workers there are, this one included.
func (p *pool) size() int { return int(p.remotes.Load()) + 1 }

// release puts a runner back, or forgets it where it has died.
func (p *pool) release(r runner) {
	if r.alive() {
		p.free <- r
	} else {
		p.remotes.Add(-1)
	}
}

// local runs tiles on this Worker's own network.
type local struct{ network *core.Network }

func (l local) run(ctx context.Context, job core.TileJob, _ js.Value, progress func(core.Step)) (*core.TileResult, error) {
	return l.network.RunTile(ctx, job, progress)
}

func (local) alive() bool { return true }
