//go:build js && wasm

package main

import (
	"context"
	"fmt"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
)

// load brings in a model: from a folder on the web, or from the manifest and
// the weight file that an earlier load answered with, so that a further Worker
// needs no second download.
func (e *engine) load(ctx context.Context, msg *fields, progress func(map[string]any)) (payload, error) {
	precision, err := readPrecision(msg)
	if err != nil {
		return payload{}, err
	}
	src, err := openModel(ctx, msg)
	if err != nil {
		return payload{}, err
	}
	l, err := newModelLoader(src, e.newBackend(precision), progress)
	if err != nil {
		return payload{}, err
	}
	network, err := l.load(ctx)
	if err != nil {
		return payload{}, err
	}
	e.network = network
	e.pool = newPool(network, map[string]any{
		"manifest": src.text, "weights": l.weights, "precision": msg.text("precision"),
	})
	return payload{members: map[string]any{
		"info": infoMembers(src.manifest), "manifest": src.text, "weights": l.weights,
		"stored": src.store.settle(src.text),
	}}, nil
}

func readPrecision(msg *fields) (cpu.Precision, error) {
	switch text := msg.text("precision"); {
	case *msg.err != nil:
		return 0, *msg.err
	case text == cpu.Int8.String():
		return cpu.Int8, nil
	case text == cpu.Float32.String():
		return cpu.Float32, nil
	default:
		return 0, fmt.Errorf("the option precision must be %q or %q, not %q", cpu.Int8, cpu.Float32, text)
	}
}

// newBackend chooses what computes.
func (e *engine) newBackend(p cpu.Precision) core.Backend {
	return cpu.New(cpu.Options{Precision: p, Workers: 1, Yield: e.breather.breathe})
}

// infoMembers is the ModelInfo of site/tcmoa.d.ts.
func infoMembers(m quant.Manifest) map[string]any {
	c := m.Variant
	tasks := make([]any, len(c.Tasks))
	for i, t := range c.Tasks {
		tasks[i] = t
	}
	return map[string]any{
		"name": m.Name, "licence": m.Licence, "origin": m.Origin, "tasks": tasks,
		"moas": c.MoAs(), "encoderMoas": c.EncoderMoAs(), "experts": c.Experts, "topK": c.TopK, "cell": c.Cell(),
	}
}
