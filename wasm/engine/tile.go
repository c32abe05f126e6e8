//go:build js && wasm

package main

import (
	"context"
	"image"
	"syscall/js"

	"tcmoa/core"
)

// tile computes one tile of a fusion that another Worker conducts.
func (e *engine) tile(ctx context.Context, msg *fields, post func(map[string]any)) (payload, error) {
	if e.machine == nil {
		return payload{}, errNoModel
	}
	network := e.machine.network
	job, err := readTile(ctx, msg, network.Config, e.breather.breathe)
	if err != nil {
		return payload{}, err
	}
	job.Checkpoints = e.machine.checkpoints(msg.flag("keep"))
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

// tileMembers is a job as members of a tile message, and what of it moves. The
// tile becomes a picture of its own, its corner at the origin.
func tileMembers(job core.TileJob, options js.Value) payload {
	a := payload{members: map[string]any{
		"width": job.Rect.Dx(), "height": job.Rect.Dy(), "controls": options, "maps": job.Maps,
		"keep": job.Checkpoints != nil,
	}}
	for name, p := range map[string]core.Picture{"first": job.A, "second": job.B} {
		part := p.(*pixels).crop(job.Rect)
		a.members[name] = part
		a.transfer = append(a.transfer, part.Get("data").Get("buffer"))
	}
	if job.Beta != nil {
		a.members["beta"] = a.floats(job.Beta)
	}
	return a
}

// readTile decodes what tileMembers encodes.
func readTile(ctx context.Context, msg *fields, cfg core.Config, breathe func()) (job core.TileJob, err error) {
	width, height := msg.integer("width", 1, maxSide), msg.integer("height", 1, maxSide)
	job.Rect = image.Rect(0, 0, width, height)
	job.Maps = msg.flag("maps")
	if job.Controls, err = readControls(msg.object("controls"), cfg); err != nil {
		return job, err
	}
	if msg.has("beta") {
		job.Beta = msg.floats("beta")
	}
	first, err := readPixels(ctx, msg.object("first"), breathe)
	if err != nil {
		return job, err
	}
	second, err := readPixels(ctx, msg.object("second"), breathe)
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
