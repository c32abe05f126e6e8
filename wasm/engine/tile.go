//go:build js && wasm

package main

import (
	"context"
	"image"

	"tcmoa/core"
)

// tile computes one tile, or a half of one, of a fusion that another Worker
// conducts.
func (e *engine) tile(ctx context.Context, msg *fields, post func(map[string]any)) (payload, error) {
	if e.machine == nil {
		return payload{}, errNoModel
	}
	network := e.machine.network
	job, err := readTile(msg, network.Config, e.breather.breathe)
	if err != nil {
		return payload{}, err
	}
	job.Checkpoints = e.machine.checkpoints(msg.flag("keep"))
	if msg.has("port") {
		half := core.Half(msg.integer("half", 0, 1))
		if *msg.err != nil {
			return payload{}, *msg.err
		}
		k := newLink(msg.get("port"))
		defer k.close()
		job.Share = &core.Share{Half: half, Link: k}
	}
	result, err := network.RunTile(ctx, job, func(s core.Step) { post(stepMembers(s)) })
	if err != nil {
		return payload{}, err
	}
	a := payload{members: map[string]any{"reused": result.Reused}}
	a.members["rgb"] = a.floats(result.RGB)
	if result.Weight != nil {
		a.members["weight"] = a.floats(result.Weight)
	}
	a.members["routes"] = a.routes(result.Routes)
	return a, nil
}

// payload is a task as a tile message, and what of it moves. The tile becomes a
// picture of its own, its corner at the origin.
func (t *task) payload() payload {
	a := payload{members: map[string]any{
		"width": t.Rect.Dx(), "height": t.Rect.Dy(), "controls": t.options, "maps": t.Maps,
		"keep": t.Checkpoints != nil,
	}}
	for name, p := range map[string]core.Picture{"first": t.A, "second": t.B} {
		part := p.(*pixels).crop(t.Rect)
		a.members[name] = part
		a.transfer = append(a.transfer, part.Get("data").Get("buffer"))
	}
	if t.Beta != nil {
		a.members["beta"] = a.floats(t.Beta)
	}
	if !t.port.IsUndefined() {
		a.members["half"], a.members["port"] = int(t.half), t.port
		a.transfer = append(a.transfer, t.port)
	}
	return a
}

// readTile decodes the job of what task.payload encodes.
func readTile(msg *fields, cfg core.Config, breathe func()) (job core.TileJob, err error) {
	width, height := msg.integer("width", 1, maxSide), msg.integer("height", 1, maxSide)
	job.Rect = image.Rect(0, 0, width, height)
	job.Maps = msg.flag("maps")
	if job.Controls, err = readControls(msg.object("controls"), cfg); err != nil {
		return job, err
	}
	if msg.has("beta") {
		job.Beta = msg.floats("beta")
	}
	first, err := readPixels(msg, "first", breathe)
	if err != nil {
		return job, err
	}
	second, err := readPixels(msg, "second", breathe)
	job.A, job.B = first, second
	return job, err
}

// readTileResult decodes the answer of tile.
func readTileResult(msg *fields) (*core.TileResult, error) {
	r := &core.TileResult{RGB: msg.floats("rgb"), Reused: msg.integer("reused", 0, maxInt)}
	if msg.has("weight") {
		r.Weight = msg.floats("weight")
	}
	for _, f := range msg.objects("routes") {
		r.Routes = append(r.Routes, core.RouteMap{X: f.floats("first"), T: f.floats("second"), Gates: f.floats("gates")})
	}
	return r, *msg.err
}
