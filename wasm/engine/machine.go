//go:build js && wasm

package main

import (
	"context"
	"errors"
	"sync/atomic"
	"syscall/js"

	"tcmoa/core"
	"tcmoa/webgpu"
)

// machine is a loaded model on what computes it: the GPU where that is wanted
// and works, or else the CPU. It keeps the weight file, compressed, so that it
// can move from one to the other without a download.
type machine struct {
	open      opener
	precision precision
	source    *modelSource   // in memory
	store     *store         // of where it came from
	request   map[string]any // the load request for a further Worker
	breathe   func()

	network *core.Network
	gpu     *gpu  // network's backend; nil on the CPU
	pool    *pool // Workers that share tiles; nil on the GPU
	kept    *core.Checkpoints
	bound   int    // pixels of the largest tile that the GPU has had no trouble with
	note    string // why this is not the GPU though it may have been; a sentence or ""
}

// members tell a caller where the model runs.
func (m *machine) members() map[string]any {
	return map[string]any{"backend": m.network.Backend.Name(), "note": m.note}
}

// load brings the model in, and keeps its weight file.
func (m *machine) load(ctx context.Context, s *search, progress func(map[string]any)) error {
	g, reason := s.wait(m.source.manifest.Variant)
	var b core.Backend = g
	if g == nil {
		b = newCPU(m.precision, m.breathe)
	}
	l, err := newModelLoader(m.source, b, progress)
	if err != nil {
		s.giveUp()
		return err
	}
	n, err := l.load(ctx)
	if err != nil {
		s.giveUp()
		return err
	}
	m.store = m.source.store
	m.source = m.source.kept(l.weights)
	m.request = map[string]any{
		"manifest": m.source.text, "weights": l.weights, "precision": string(m.precision), "backend": string(wishCPU),
	}
	m.settle(n, g)
	if g != nil && g.failed != nil {
		return m.recover(ctx, g.failed)
	}
	if reason != nil {
		m.note = sentence(reason)
	}
	return nil
}

// settle takes a network that was just loaded, on the GPU or on the CPU.
func (m *machine) settle(n *core.Network, g *gpu) {
	if m.gpu != nil {
		m.gpu.Close()
	}
	m.network, m.gpu, m.pool, m.kept = n, g, nil, nil
	if g == nil {
		m.pool = newPool(n, m.request)
	}
}

// keptBytes is how much of the activations of earlier tiles this Worker keeps,
// in its own memory or the GPU's: those of a megapixel before each of tiny's
// mixtures of adapters.
const keptBytes = 128 << 20

// checkpoints are those that a tile goes on from and leaves, nil where the
// caller wants none. The memory of earlier ones is then let go.
func (m *machine) checkpoints(wanted bool) *core.Checkpoints {
	switch {
	case !wanted:
		m.forget()
	case m.kept == nil:
		m.kept = core.NewCheckpoints(keptBytes)
	}
	return m.kept
}

// forget lets go of what earlier tiles have left, here and in all Workers: not
// each of them has a tile of the next picture.
func (m *machine) forget() {
	if m.kept != nil {
		m.kept.Clear()
		m.kept = nil
	}
	if m.pool != nil {
		m.pool.forget()
	}
}

// recover moves on after a failure of the GPU: to a new device where the old
// one was lost, or else to the CPU.
func (m *machine) recover(ctx context.Context, failure error) error {
	if errors.Is(failure, webgpu.ErrLost) {
		if failure = m.revive(ctx); failure == nil {
			return nil
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return m.retreat(ctx, failure)
}

// revive moves to a new device.
func (m *machine) revive(ctx context.Context) error {
	s := m.open.search(ctx)
	g, err := s.wait(m.source.manifest.Variant)
	if err != nil {
		return err
	}
	n, err := m.reload(ctx, g)
	if err == nil {
		err = g.failed
	}
	if err != nil {
		s.giveUp()
		return err
	}
	m.settle(n, g)
	return nil
}

// retreat moves to the CPU for good.
func (m *machine) retreat(ctx context.Context, reason error) error {
	n, err := m.reload(ctx, newCPU(m.precision, m.breathe))
	if err != nil {
		return err
	}
	m.settle(n, nil)
	m.note = sentence(reason)
	return nil
}

// reload loads the model from memory.
func (m *machine) reload(ctx context.Context, b core.Backend) (*core.Network, error) {
	l, err := newModelLoader(m.source, b, func(map[string]any) {})
	if err != nil {
		return nil, err
	}
	return l.load(ctx)
}

// order is a fusion that was asked for.
type order struct {
	core.Request
	options *fields // the controls in the caller's words, for further Workers
	bound   int     // the most pixels of a tile that the caller wants
	keep    bool    // whether a further fusion of the pair is to go on from this one
	workers int
}

// pictures are the pair, as far as it was read.
func (o *order) pictures() (all []*pixels) {
	for _, p := range [...]core.Picture{o.A, o.B} {
		if p, ok := p.(*pixels); ok {
			all = append(all, p)
		}
	}
	return all
}

// close lets go of the pictures' bitmaps.
func (o *order) close() {
	for _, p := range o.pictures() {
		p.close()
	}
}

// fuse computes a fusion. Where the GPU fails, it starts again on an empty
// canvas: with smaller tiles where memory was too little, once on a new device
// where the old one was lost, and otherwise on the CPU.
func (m *machine) fuse(ctx context.Context, o order, meter *meter) (*outcome, error) {
	for lost := false; ; {
		out, err := m.attempt(ctx, o, meter)
		var failure tileFailure
		switch {
		case err == nil:
			return out, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case m.gpu == nil || !errors.As(err, &failure):
			return nil, err
		case errors.Is(err, webgpu.ErrMemory) && m.shrink(o):
			continue
		case errors.Is(err, webgpu.ErrLost) && !lost:
			lost = true
			err = m.recover(ctx, err)
		default:
			err = m.retreat(ctx, err)
		}
		if err != nil {
			return nil, err
		}
	}
}

// outcome is a fusion that succeeded.
type outcome struct {
	canvas         *canvas
	maps           *core.Maps
	tiles, workers int
	reused         float64 // the share of all blocks that an earlier fusion had computed
}

func (m *machine) attempt(ctx context.Context, o order, meter *meter) (*outcome, error) {
	if m.gpu != nil && m.gpu.untried {
		if err := m.try(ctx); err != nil {
			return nil, err
		}
	}
	width, height := o.A.Size()
	pair := o.pictures()
	if m.gpu == nil || o.keep || !m.gpu.takes(pair...) { // what is kept is known again by its bytes
		if err := load(ctx, pair...); err != nil {
			return nil, err
		}
	}
	out := &outcome{canvas: newCanvas(width, height)}
	o.Bound = m.limit(o.bound)
	out.tiles = len(core.NewTiling(m.network.Config, width, height, o.Bound).Tiles)
	meter.restart(out.tiles)
	o.Progress = meter.report
	workers := func() int { return 1 }
	switch {
	case m.gpu != nil:
		o.Run, o.Lays, o.Parallel = m.gpu.run(m.network), m.gpu.Lays, tilesAhead
	case o.workers > 1 && !js.Global().Get("Worker").IsUndefined(): // in older browsers only pages have Workers
		c := m.pool.hire(out.tiles, o.workers, o.options.v)
		o.Run, o.Parallel, workers = c.run, c.size, c.workers
	default:
		o.Run, o.Parallel = m.network.RunTile, 1
	}
	o.Checkpoints = m.checkpoints(o.keep)
	var reused atomic.Int64
	run := o.Run
	o.Run = func(ctx context.Context, job core.TileJob, progress func(core.Step)) (*core.TileResult, error) {
		var r *core.TileResult
		err := catch(func() (err error) { // in a goroutine of its own
			r, err = run(ctx, job, progress)
			return err
		})
		if err == nil {
			reused.Add(int64(r.Reused))
		}
		return r, err
	}
	var err error
	out.maps, err = m.network.Fuse(ctx, o.Request, out.canvas)
	out.workers = workers()
	out.reused = float64(reused.Load()) / float64(out.tiles*m.network.Config.Blocks())
	return out, err
}

// limit is the most pixels of a tile.
func (m *machine) limit(bound int) int {
	if m.gpu != nil && m.bound > 0 {
		return min(bound, m.bound)
	}
	return bound
}

// shrink halves the tiles for this picture and those to come. It reports false
// where they are as small as they can be.
func (m *machine) shrink(o order) bool {
	width, height := o.A.Size()
	area := func(bound int) int {
		side := core.NewTiling(m.network.Config, width, height, bound).Tiles[0].Rect
		return side.Dx() * side.Dy()
	}
	before := area(m.limit(o.bound))
	half := min(before, width*height) / 2
	if half == 0 || area(half) >= before {
		return false
	}
	m.forget() // what larger tiles have left
	m.bound = half
	return true
}
