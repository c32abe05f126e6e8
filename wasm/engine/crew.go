//go:build js && wasm

package main

import (
	"context"
	"sync"
	"syscall/js"

	"tcmoa/core"
)

// crew is those of a pool's Workers that one picture is given.
type crew struct {
	size    int
	pool    *pool
	options js.Value // the controls as the request had them

	mu   sync.Mutex
	solo int             // tiles to come that are for one Worker each
	used map[runner]bool // what had a part in the picture
}

// crewOf is how many Workers a picture of some tiles keeps busy, of those that there
// may be, and how many of the tiles, the last ones, are shared by two of them. These
// are the tiles that are left when all have had equally many, where there are two
// Workers for each.
func crewOf(tiles, workers int) (size, shared int) {
	size = min(workers, 2*tiles)
	shared = tiles % size
	if 2*shared > size {
		return min(workers, tiles), 0
	}
	return size, shared
}

// hire prepares a pool for a picture of some tiles.
func (p *pool) hire(tiles, workers int, options js.Value) *crew {
	size, shared := crewOf(tiles, workers)
	p.staff(size)
	return &crew{size: size, pool: p, options: options, solo: tiles - shared, used: map[runner]bool{}}
}

// run computes a tile, as core.Request wants it.
func (c *crew) run(ctx context.Context, job core.TileJob, progress func(core.Step)) (*core.TileResult, error) {
	t := task{TileJob: job, options: c.options, progress: progress}
	for two := c.next(); ; two = false {
		team := c.pool.take(job.Rect, two)
		res, err := runTeam(ctx, team, t)
		lost := !team[0].alive()
		c.pool.release(team)
		switch {
		case err == nil:
			c.note(team)
			return res, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case len(team) == 1 && !lost:
			return nil, err
		}
		// A Worker that could not start, or died, leaves its tile to the others: this
		// one at least lives. And what went wrong between two may not concern one.
	}
}

// next tells whether the next tile is for two.
func (c *crew) next() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.solo--
	return c.solo < 0
}

func (c *crew) note(team []runner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range team {
		c.used[r] = true
	}
}

// workers is how many Workers had a part in the picture.
func (c *crew) workers() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.used)
}

// runTeam computes a tile on one runner or on two. Where one of two fails, the other
// stops.
func runTeam(ctx context.Context, team []runner, t task) (*core.TileResult, error) {
	if len(team) == 1 {
		return runOn(ctx, team[0], t)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	channel := js.Global().Get("MessageChannel").New()
	ports := [2]js.Value{channel.Get("port1"), channel.Get("port2")}
	var halves [2]*core.TileResult
	var both sync.WaitGroup
	for i, r := range team {
		both.Go(func() {
			t := t
			t.half, t.port = core.Half(i), ports[i]
			if t.half == core.SecondHalf {
				t.progress = nil // they are in step
			}
			var err error
			if halves[i], err = runOn(ctx, r, t); err != nil {
				stop(err)
			}
		})
	}
	both.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return core.JoinHalves(halves[0], halves[1]), nil
}

// runOn has a runner compute. What the browser throws meanwhile, on this side, is
// its error: nobody else catches it in the goroutine of a half.
func runOn(ctx context.Context, r runner, t task) (res *core.TileResult, err error) {
	err = catch(func() (err error) {
		res, err = r.run(ctx, t)
		return err
	})
	return res, err
}
