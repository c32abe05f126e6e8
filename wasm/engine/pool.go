//go:build js && wasm

package main

import (
	"context"
	"image"
	"maps"
	"slices"
	"sync"
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
	model map[string]any // the load request that prepares a Worker

	mu      sync.Mutex
	changed *sync.Cond                 // a runner was given back
	all     []runner                   // this Worker first
	free    []runner                   // those that have nothing to do
	last    map[image.Rectangle]runner // that computed a tile, and may have kept what the next fusion needs
}

// runner computes one tile, or a half of one, at a time.
type runner interface {
	run(ctx context.Context, t task) (*core.TileResult, error)
	alive() bool
	ready() bool // to begin at once; a runner that is not will be, or dies
	forget()     // what its tiles have left for later ones
}

// task is what a runner is given. Its job does not say yet which half it is.
type task struct {
	core.TileJob
	options  js.Value // the controls as the request had them
	progress func(core.Step)
	half     core.Half
	port     js.Value // to who computes the other half; undefined for a whole tile
}

// mostTiles is how many tiles a pool remembers from one picture to the next: more
// than those of pictures whose activations are still kept.
const mostTiles = 4096

// newPool makes a pool of this Worker alone.
func newPool(n *core.Network, model map[string]any) *pool {
	here := local{n}
	p := &pool{model: model, all: []runner{here}, free: []runner{here}, last: map[image.Rectangle]runner{}}
	p.changed = sync.NewCond(&p.mu)
	return p
}

// staff starts the Workers that are missing for a number of them. Where some can't
// be started, the others do their work. No picture may be at work.
func (p *pool) staff(workers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	dead := func(r runner) bool { return !r.alive() } // since the last picture
	p.all, p.free = slices.DeleteFunc(p.all, dead), slices.DeleteFunc(p.free, dead)
	maps.DeleteFunc(p.last, func(_ image.Rectangle, r runner) bool { return dead(r) })
	if len(p.last) > mostTiles {
		clear(p.last)
	}
	for len(p.all) < workers {
		r := newRemote(p.model)
		p.all, p.free = append(p.all, r), append(p.free, r)
	}
}

// take waits for a runner that has nothing to do: the one that had this tile the
// last time, if it is free, or else one that is ready, if there is one. Where two
// are wanted and there are two that are ready, it waits for both of them, and
// otherwise does not wait for the second.
func (p *pool) take(tile image.Rectangle, two bool) []runner {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		pair := two && count(p.all, runner.ready) >= 2
		if pair && count(p.free, runner.ready) >= 2 || !pair && len(p.free) > 0 {
			team := []runner{p.pick(tile, pair)}
			p.last[tile] = team[0]
			if pair {
				team = append(team, p.pick(tile, true))
			}
			return team
		}
		p.changed.Wait()
	}
}

// pick takes a free runner; if ready, only one that is.
func (p *pool) pick(tile image.Rectangle, ready bool) runner {
	i := slices.IndexFunc(p.free, func(r runner) bool { return r == p.last[tile] && (r.ready() || !ready) })
	if i < 0 {
		i = max(slices.IndexFunc(p.free, runner.ready), 0)
	}
	r := p.free[i]
	p.free = slices.Delete(p.free, i, i+1)
	return r
}

func count(all []runner, is func(runner) bool) (n int) {
	for _, r := range all {
		if is(r) {
			n++
		}
	}
	return n
}

// release puts runners back, or forgets those that have died.
func (p *pool) release(team []runner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range team {
		if r.alive() {
			p.free = append(p.free, r)
		} else {
			p.all = slices.DeleteFunc(p.all, func(o runner) bool { return o == r })
		}
	}
	p.changed.Broadcast()
}

// forget has all Workers let go of what tiles have left. No picture may be at work.
func (p *pool) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.last)
	for _, r := range p.all {
		r.forget()
	}
}

// local runs tiles on this Worker's own network.
type local struct{ network *core.Network }

func (l local) run(ctx context.Context, t task) (*core.TileResult, error) {
	if t.port.IsUndefined() {
		return l.network.RunTile(ctx, t.TileJob, t.progress)
	}
	k := newLink(t.port)
	defer k.close()
	t.Share = &core.Share{Half: t.half, Link: k}
	return l.network.RunTile(ctx, t.TileJob, t.progress)
}

func (local) alive() bool { return true }
func (local) ready() bool { return true }
func (local) forget()     {} // the machine does
