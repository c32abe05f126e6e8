//go:build js && wasm

package main

import (
	"context"
	"maps"
	"syscall/js"
)

// load brings in a model: from a folder on the web, or from the manifest and
// the weight file that an earlier load answered with, so that a further Worker
// needs no second download.
func (e *engine) load(ctx context.Context, msg *fields, progress func(map[string]any)) (payload, error) {
	precision, err := readPrecision(msg)
	if err != nil {
		return payload{}, err
	}
	wish, err := readWish(msg)
	if err != nil {
		return payload{}, err
	}
	open := wish.opener(precision)
	search := open.search(ctx) // while the manifest comes
	src, err := openModel(ctx, msg)
	if err != nil {
		search.giveUp()
		return payload{}, err
	}
	m := &machine{open: open, precision: precision, source: src, breathe: e.breather.breathe}
	if err := m.load(ctx, search, progress); err != nil {
		return payload{}, err
	}
	e.machine = m
	members := map[string]any{
		"info": infoMembers(src), "manifest": src.text, "weights": m.request["weights"],
		"stored": src.store.settle(src.text),
	}
	maps.Copy(members, m.members())
	return payload{members: members}, nil
}

// infoMembers is the ModelInfo of site/tcmoa.d.ts.
func infoMembers(src *modelSource) map[string]any {
	m, c := src.manifest, src.manifest.Variant
	tasks := make([]any, len(c.Tasks))
	for i, t := range c.Tasks {
		tasks[i] = t
	}
	return map[string]any{
		"name": m.Name, "licence": m.Licence, "origin": m.Origin, "tasks": tasks,
		"moas": c.MoAs(), "encoderMoas": c.EncoderMoAs(), "experts": c.Experts, "topK": c.TopK, "cell": c.Cell(),
		"variant": js.Global().Get("JSON").Call("parse", src.text).Get("variant"),
	}
}
