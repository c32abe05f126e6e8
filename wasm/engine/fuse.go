//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"

	"tcmoa/core"
)

// wholeMaps is up to how many pixels prompts and gates are returned unasked.
const wholeMaps = 1 << 20

// fuse fuses a pair of pictures, sharing the tiles among the pool where there
// are several.
func (e *engine) fuse(ctx context.Context, msg *fields, post func(map[string]any)) (payload, error) {
	if e.network == nil {
		return payload{}, errNoModel
	}
	options := msg.object("controls")
	options.name = "" // the caller's own words for them have no prefix
	controls, err := readControls(options, e.network.Config)
	if err != nil {
		return payload{}, err
	}
	if msg.has("region") {
		controls.Region = readRegion(msg.object("region"))
	}
	bound, workers := core.WholeBound, msg.integer("workers", 1, maxWorkers)
	if msg.has("tilePixels") {
		bound = msg.integer("tilePixels", 1, core.WholeBound)
	}
	first, err := readPixels(ctx, msg.object("first"), e.breather.breathe)
	if err != nil {
		return payload{}, err
	}
	second, err := readPixels(ctx, msg.object("second"), e.breather.breathe)
	if err != nil {
		return payload{}, err
	}
	maps := first.width*first.height <= wholeMaps
	if msg.has("maps") {
		maps = msg.flag("maps")
	}
	if *msg.err != nil {
		return payload{}, *msg.err
	}

	tiles := len(core.NewTiling(e.network.Config, first.width, first.height, bound).Tiles)
	workers = min(workers, tiles)
	if js.Global().Get("Worker").IsUndefined() { // an older browser, where only pages have Workers
		workers = 1
	}
	out := newCanvas(first.width, first.height)
	request := core.Request{
		A: first, B: second, Controls: controls, Maps: maps, Bound: bound, Parallel: workers,
		Progress: newMeter(tiles, post).report,
	}
	if workers > 1 {
		request.Run = e.pool.share(workers, options.v)
	}
	decided, err := e.network.Fuse(ctx, request, out)
	if err != nil {
		return payload{}, err
	}
	return fused(out, decided, e.network.Backend.Name(), tiles, workers), nil
}

var errNoModel = errors.New("no model is loaded yet")

// fused is the answer to a fuse request.
func fused(out *canvas, maps *core.Maps, backend string, tiles, workers int) payload {
	a := payload{members: map[string]any{
		"width": out.width, "height": out.height, "image": out.image, "weights": nil, "prompts": nil,
		"backend": backend, "tiles": tiles, "workers": workers,
	}}
	a.transfer = append(a.transfer, out.image.Get("buffer"))
	if !out.weights.IsUndefined() {
		a.members["weights"] = out.weights
		a.transfer = append(a.transfer, out.weights.Get("buffer"))
	}
	if maps != nil {
		a.members["prompts"] = map[string]any{
			"rows": maps.Rows, "cols": maps.Cols, "cell": maps.Cell, "routes": a.routes(maps.Routes),
		}
	}
	return a
}

// routes is what mixtures of adapters decided, as members of a message.
func (a *payload) routes(routes []core.RouteMap) []any {
	all := make([]any, len(routes))
	for i, r := range routes {
		all[i] = map[string]any{"first": a.floats(r.X), "second": a.floats(r.T), "gates": a.floats(r.Gates)}
	}
	return all
}

// floats is values as a Float32Array that moves with the answer.
func (a *payload) floats(values []float32) any {
	array := fromFloats(values)
	a.transfer = append(a.transfer, array.Get("buffer"))
	return array
}
