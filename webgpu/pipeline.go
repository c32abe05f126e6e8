//go:build js && wasm

package webgpu

import (
	"context"
	"syscall/js"
)

// pipeline is a kernel as the GPU runs it, from when its compilation starts.
type pipeline struct {
	kernel  kernel
	pending *promise
	err     error // of the kernel's text

	// Set once compiled.
	index  int      // where replay.js finds it
	layout js.Value // GPUBindGroupLayout
	ready  bool
}

// pipelines compiles kernels, each once.
type pipelines struct {
	dev    *device
	byName map[kernel]*pipeline
	dry    bool // only note what is asked for
}

// get returns a kernel's pipeline and starts its compilation, if nobody has.
func (c *pipelines) get(k kernel) *pipeline {
	if p, ok := c.byName[k]; ok {
		return p
	}
	p := &pipeline{kernel: k}
	c.byName[k] = p
	if c.dry {
		return p
	}
	text, err := k.source()
	if err != nil {
		p.err = err
		return p
	}
	module := c.dev.value.Call("createShaderModule", map[string]any{"label": k.String(), "code": text})
	p.pending = follow(c.dev.value.Call("createComputePipelineAsync", map[string]any{
		"label":   k.String(),
		"layout":  "auto",
		"compute": map[string]any{"module": module, "entryPoint": "main"},
	}))
	return p
}

// finish waits for a pipeline's compilation. Where ctx ends first, it goes on, and
// a later pass may wait for it.
func (c *pipelines) finish(ctx context.Context, p *pipeline) error {
	if p.ready {
		return nil
	}
	if p.err != nil {
		return &failure{ErrFault, "The GPU's program has a fault: " + p.err.Error()}
	}
	v, err := c.dev.await(ctx, p.pending)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		delete(c.byName, p.kernel) // it may be tried again
		return &failure{kindOf(err), "Kernel " + p.kernel.String() + ": " + err.Error()}
	}
	p.index = c.dev.register(v)
	p.layout = v.Call("getBindGroupLayout", 0)
	p.ready = true
	return nil
}
