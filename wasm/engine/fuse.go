//go:build js && wasm

package main

import (
	"context"
	"errors"
	"maps"

	"tcmoa/core"
	"tcmoa/wasm/internal/typedarray"
)

// wholeMaps is up to how many pixels prompts and gates are returned unasked.
const wholeMaps = 1 << 20

// fuse fuses a pair of pictures.
func (e *engine) fuse(ctx context.Context, msg *fields, post func(map[string]any)) (payload, error) {
	if e.machine == nil {
		return payload{}, errNoModel
	}
	o, err := e.readOrder(msg)
	defer o.close()
	if err != nil {
		return payload{}, err
	}
	out, err := e.machine.fuse(ctx, o, newMeter(post))
	if err != nil {
		return payload{}, err
	}
	return out.payload(e.machine), nil
}

var errNoModel = errors.New("no model is loaded yet")

// readOrder decodes a fuse request.
func (e *engine) readOrder(msg *fields) (o order, err error) {
	o.options = msg.object("controls")
	o.options.name = "" // the caller's own words for them have no prefix
	if o.Controls, err = readControls(o.options, e.machine.network.Config); err != nil {
		return o, err
	}
	if msg.has("region") {
		o.Controls.Region = readRegion(msg.object("region"))
	}
	o.bound, o.workers = core.WholeBound, msg.integer("workers", 1, maxWorkers)
	if msg.has("tilePixels") {
		o.bound = msg.integer("tilePixels", 1, core.WholeBound)
	}
	if msg.has("keep") {
		o.keep = msg.flag("keep")
	}
	first, err := readPixels(msg, "first", e.breather.breathe)
	if err != nil {
		return o, err
	}
	o.A = first
	second, err := readPixels(msg, "second", e.breather.breathe)
	if err != nil {
		return o, err
	}
	o.B = second
	width, height, err := core.CommonSize(o.A, o.B) // before a canvas of that size is made
	if err != nil {
		return o, err
	}
	o.Maps = width*height <= wholeMaps
	if msg.has("maps") {
		o.Maps = msg.flag("maps")
	}
	return o, *msg.err
}

// payload is the answer to a fuse request.
func (o *outcome) payload(m *machine) payload {
	a := payload{members: map[string]any{
		"width": o.canvas.width, "height": o.canvas.height, "image": o.canvas.image, "weights": nil, "prompts": nil,
		"tiles": o.tiles, "workers": o.workers, "reused": o.reused,
	}}
	maps.Copy(a.members, m.members())
	a.transfer = append(a.transfer, o.canvas.image.Get("buffer"))
	if weights := o.canvas.weights; !weights.IsUndefined() {
		a.members["weights"] = weights
		a.transfer = append(a.transfer, weights.Get("buffer"))
	}
	if o.maps != nil {
		a.members["prompts"] = map[string]any{
			"rows": o.maps.Rows, "cols": o.maps.Cols, "cell": o.maps.Cell, "routes": a.routes(o.maps.Routes),
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
	array := typedarray.FromFloats(values)
	a.transfer = append(a.transfer, array.Get("buffer"))
	return array
}
