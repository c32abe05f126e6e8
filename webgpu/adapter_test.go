//go:build js && wasm

package webgpu

import (
	"syscall/js"
	"testing"
)

func TestIsSoftware(t *testing.T) {
	info := func(members map[string]any) js.Value { return js.ValueOf(map[string]any{"info": members}) }
	for _, tc := range []struct {
		adapter js.Value
		want    bool
	}{
		{js.ValueOf(map[string]any{}), false},
		{js.ValueOf(map[string]any{"isFallbackAdapter": true}), true},
		{info(map[string]any{"isFallbackAdapter": true}), true},
		{info(map[string]any{"vendor": "", "architecture": ""}), false},
		{info(map[string]any{"vendor": "nvidia", "architecture": "ampere", "isFallbackAdapter": false}), false},
		{info(map[string]any{"vendor": "google", "architecture": "swiftshader"}), true},
		{info(map[string]any{"vendor": "mesa", "description": "llvmpipe (LLVM 19.1.7, 256 bits)"}), true},
		{info(map[string]any{"vendor": "microsoft", "description": "Microsoft Basic Render Driver"}), true},
	} {
		if got := isSoftware(tc.adapter); got != tc.want {
			t.Errorf("%s: got %v", js.Global().Get("JSON").Call("stringify", tc.adapter), got)
		}
	}
}
