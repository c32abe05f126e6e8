//go:build js && wasm

package webgpu

import (
	"slices"
	"strings"
	"syscall/js"
)

// offered is what an adapter has of what the kernels can use.
func offered(gpu, adapter js.Value) Offer {
	has := func(set js.Value, name string) bool {
		return set.Truthy() && set.Call("has", name).Bool()
	}
	features, language := adapter.Get("features"), gpu.Get("wgslLanguageFeatures")
	return Offer{
		DP4A:       has(language, "packed_4x8_integer_dot_product"),
		Subgroups:  has(features, "subgroups") && has(language, "subgroup_id"),
		F16:        has(features, "shader-f16"),
		Timestamps: has(features, "timestamp-query"),
	}
}

// features are the names of the features that an offer's use must request.
func (o Offer) features() []any {
	var list []any
	if o.Subgroups {
		list = append(list, "subgroups")
	}
	if o.F16 {
		list = append(list, "shader-f16")
	}
	if o.Timestamps {
		list = append(list, "timestamp-query")
	}
	return list
}

// describe is an adapter's name for a reader, as far as the browser tells.
func describe(info js.Value) string {
	if !info.Truthy() {
		return "GPU"
	}
	text := func(key string) string {
		if v := info.Get(key); v.Type() == js.TypeString {
			return v.String()
		}
		return ""
	}
	if d := text("description"); d != "" {
		return d
	}
	if v, a := text("vendor"), text("architecture"); v != "" {
		return v + " " + a
	}
	return "GPU"
}

// properties are an adapter's names for itself.
var properties = []string{"vendor", "architecture", "device", "description"}

// identity is everything that an adapter tells of itself.
func identity(info js.Value) string {
	var all []string
	for _, key := range properties {
		if info.Truthy() && info.Get(key).Type() == js.TypeString {
			all = append(all, info.Get(key).String())
		}
	}
	return strings.Join(all, "\n")
}

// softwareNames are what adapters of no hardware call themselves.
var softwareNames = []string{"swiftshader", "llvmpipe", "lavapipe", "softpipe", "basic render"}

// isSoftware tells whether an adapter is a program on the CPU, which the CPU
// backend outruns by far. It asks the adapter itself, then its names: not every
// browser knows the flag, nor tells every name.
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
	own := strings.ToLower(identity(info))
	return slices.ContainsFunc(softwareNames, func(name string) bool { return strings.Contains(own, name) })
}
