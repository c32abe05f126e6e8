//go:build js && wasm

package main

import (
	"context"
	"errors"
	"strings"
	"syscall/js"
)

// errSoftware: WebGPU is there, but its adapter is a program on the CPU, which
// the CPU backend outruns by far.
var errSoftware = errors.New("the browser only imitates a GPU, which is slower than the CPU")

// refuseSoftware returns errSoftware for an adapter that is no hardware. Where
// there is no adapter it returns nil: opening one will say so.
func refuseSoftware(ctx context.Context) error {
	gpu := js.Global().Get("navigator").Get("gpu")
	if !gpu.Truthy() {
		return nil
	}
	adapter, err := await(ctx, gpu.Call("requestAdapter", map[string]any{"powerPreference": "high-performance"}))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil && adapter.Truthy() && isSoftware(adapter) {
		return errSoftware
	}
	return nil
}

// softwareNames are what adapters of no hardware call themselves.
var softwareNames = []string{"swiftshader", "llvmpipe", "lavapipe", "softpipe", "basic render"}

// isSoftware asks the adapter itself, then its names: not every browser knows
// the flag, nor tells every name.
func isSoftware(adapter js.Value) bool {
	info := adapter.Get("info")
	if adapter.Get("isFallbackAdapter").Truthy() {
		return true
	}
	if !info.Truthy() {
		return false
	}
	if info.Get("isFallbackAdapter").Truthy() {
		return true
	}
	for _, key := range []string{"vendor", "architecture", "device", "description"} {
		v := info.Get(key)
		if v.Type() != js.TypeString {
			continue
		}
		for _, name := range softwareNames {
			if strings.Contains(strings.ToLower(v.String()), name) {
				return true
			}
		}
	}
	return false
}
