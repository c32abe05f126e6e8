//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"tcmoa/core"
)

// readControls decodes the options that steer a fusion, as site/tcmoa.d.ts
// has them. They travel to every Worker in that form.
func readControls(f *fields, cfg core.Config) (core.Controls, error) {
	c, err := core.TaskControls(cfg, f.text("task"))
	if *f.err != nil {
		return core.Controls{}, *f.err
	}
	if err != nil {
		return core.Controls{}, err
	}
	if f.has("router") {
		c.Router = readRouter(f.object("router"), cfg)
	}
	if f.has("experts") {
		c.Experts = f.flags("experts")
	}
	whole := readPrompt(f, core.NoChange)
	if whole != core.NoChange {
		c.SetPrompt(cfg, whole)
	}
	if f.has("prompts") {
		c.Prompts = []core.Prompt{} // none at all are too few, and not the same as no such option
		for _, p := range f.objects("prompts") {
			c.Prompts = append(c.Prompts, readPrompt(p, whole))
		}
	}
	return c, *f.err
}

func readPrompt(f *fields, fallback core.Prompt) core.Prompt {
	return core.Prompt{Alpha: f.number("alpha", fallback.Alpha), Beta: f.number("beta", fallback.Beta)}
}

// readRouter decodes a mix of routers, given by their tasks' names.
func readRouter(f *fields, cfg core.Config) []float32 {
	router := make([]float32, len(cfg.Tasks))
	if *f.err != nil {
		return nil
	}
	names := js.Global().Get("Object").Call("keys", f.v)
	for i := range names.Length() {
		name := names.Index(i).String()
		k, err := cfg.Task(name)
		if err != nil {
			*f.err = fmt.Errorf("%s: %w", f.name, err)
			return nil
		}
		router[k] = f.number(name, 0)
	}
	return router
}

// maxRegion bounds a region's sides: no picture has more tokens.
const maxRegion = 1 << 14

// readRegion decodes a grid of shifts.
func readRegion(f *fields) *core.Region {
	return &core.Region{
		Width:  f.integer("width", 1, maxRegion),
		Height: f.integer("height", 1, maxRegion),
		Beta:   f.floats("beta"),
	}
}
