//go:build js && wasm

package main

import (
	"context"
	"errors"
	"image"
	"runtime"
	"slices"
	"syscall/js"

	"tcmoa/core"
	"tcmoa/webgpu"
)

// device is what the engine needs of a webgpu.Backend.
type device interface {
	core.Backend
	Adapter() string
	Fingerprint() string
	Prepare(core.Config) error
	Progress(func(done, total int))
	Lays(width, rows int) bool
	Bitmaps(width, height int) bool
	Close()
}

// gpu is a device with manners: what fails there neither breaks off a download
// nor ends the program.
type gpu struct {
	device
	precision precision
	untried   bool  // its results are still to be compared with the CPU's
	failed    error // the first failure while weights were coming
}

// Name implements core.Backend.
func (g *gpu) Name() string {
	name := g.Adapter()
	if name == "GPU" { // the browser does not tell
		return g.device.Name()
	}
	return "GPU (" + name + "), " + string(g.precision)
}

// Load implements core.Backend. Once the GPU has failed, the rest of the
// weights passes by: they are still wanted, by another backend.
func (g *gpu) Load(p core.Param, t core.Tensor) (core.Weight, error) {
	if g.failed != nil {
		return nil, nil
	}
	var w core.Weight
	err := catch(func() (err error) {
		w, err = g.device.Load(p, t)
		return err
	})
	if isGPUFailure(err) {
		g.failed = err
		return nil, nil
	}
	return w, err
}

func isGPUFailure(err error) bool {
	if errors.As(err, new(refusal)) {
		return true
	}
	for _, kind := range []error{webgpu.ErrUnavailable, webgpu.ErrLost, webgpu.ErrMemory, webgpu.ErrFault} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// tileFailure is an error of the computation itself, as opposed to one in what
// was asked for: another backend may succeed.
type tileFailure struct{ error }

func (f tileFailure) Unwrap() error { return f.error }

// wholeNetwork is what the GPU is at, throughout.
const wholeNetwork = "whole network"

// tilesAhead is how many tiles are under way: one that the GPU computes, and one
// whose pixels are fetched meanwhile, as the result of the one before is laid.
const tilesAhead = 2

// run is a core.Request.Run for tilesAhead tiles of one picture at once. A backend runs
// one pass at a time, and lays tiles in their order. The GPU takes the network in parts
// of equal work, not of blocks.
func (g *gpu) run(n *core.Network) func(context.Context, core.TileJob, func(core.Step)) (*core.TileResult, error) {
	var turns turns
	return func(ctx context.Context, job core.TileJob, progress func(core.Step)) (result *core.TileResult, err error) {
		err = catch(func() error {
			if a, b := job.A.(*pixels), job.B.(*pixels); !g.takes(a, b) {
				if err := load(ctx, a, b); err != nil { // bitmaps that it took until now
					return err
				}
				job.A, job.B = partOf(a, job.Rect), partOf(b, job.Rect)
				job.Rect = job.Rect.Sub(job.Rect.Min)
			}
			if err := turns.wait(ctx, job.Place.Index); err != nil {
				return err
			}
			g.Progress(func(done, total int) { progress(core.Step{Name: wholeNetwork, Done: done, Total: total}) })
			if result, err = n.RunTile(ctx, job, nil); err != nil {
				return err // which ends ctx, and no tile takes the next turn
			}
			turns.pass()
			runtime.Gosched() // the next tile sets the GPU to work before this one's result is dealt with
			return nil
		})
		if errors.As(err, new(unreadable)) {
			return nil, err
		}
		if err != nil {
			return nil, tileFailure{err}
		}
		progress(core.Step{Name: wholeNetwork, Done: 1, Total: 1})
		return result, nil
	}
}

// takes tells whether the GPU takes all of some pictures from their bitmaps.
func (g *gpu) takes(pictures ...*pixels) bool {
	return !slices.ContainsFunc(pictures, func(p *pixels) bool {
		return p.bitmap.IsUndefined() || !g.Bitmaps(p.width, p.height)
	})
}

// partOf is the part of a picture under a tile in Go's memory, as bytes, which
// the GPU takes as they are.
func partOf(p *pixels, tile image.Rectangle) *core.RGBA {
	part := p.crop(tile)
	rgba := &core.RGBA{Width: part.Get("width").Int(), Height: part.Get("height").Int()}
	rgba.Pix = make([]uint8, 4*rgba.Width*rgba.Height)
	js.CopyBytesToGo(rgba.Pix, part.Get("data"))
	return rgba
}
