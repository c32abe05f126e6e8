//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/core"
)

// newVariant reads a network's variant, as model.json has it. What only its
// computation needs is left out.
func newVariant(v js.Value) core.Config {
	tasks := v.Get("tasks")
	c := core.Config{
		Name:         v.Get("name").String(),
		Patch:        v.Get("patch").Int(),
		Upsample:     v.Get("upsample").Int(),
		Dim:          v.Get("dim").Int(),
		Depth:        v.Get("depth").Int(),
		Heads:        v.Get("heads").Int(),
		DecoderDim:   v.Get("decoder_dim").Int(),
		DecoderDepth: v.Get("decoder_depth").Int(),
		DecoderHeads: v.Get("decoder_heads").Int(),
		Window:       v.Get("window").Int(),
		Shift:        v.Get("shift").Int(),
		MLPRatio:     v.Get("mlp_ratio").Int(),
		Tau:          v.Get("tau").Int(),
		TauShift:     v.Get("tau_shift").Int(),
		Experts:      v.Get("experts").Int(),
		TopK:         v.Get("top_k").Int(),
		LocalConv:    v.Get("local_conv").Bool(),
		Head:         core.Head(v.Get("head").String()),
	}
	for i := range tasks.Length() {
		c.Tasks = append(c.Tasks, tasks.Index(i).String())
	}
	return c
}
