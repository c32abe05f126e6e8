//go:build js && wasm

package main

import (
	"testing"

	"tcmoa/core"
)

// A preview has the picture's shape, and fills the windows that it may take.
func TestPreviewSize(t *testing.T) {
	cfg := core.Config{Patch: 8, Upsample: 1, Window: 14}
	for _, c := range []struct{ width, height, wantWidth, wantHeight int }{
		{448, 336, 224, 168}, {512, 512, 224, 224}, {3000, 2000, 224, 149}, {4000, 500, 448, 56}, {500, 4000, 56, 448}, {8192, 32, 448, 2},
	} {
		if w, h := previewSize(cfg, c.width, c.height); w != c.wantWidth || h != c.wantHeight {
			t.Errorf("%d×%d: got %d×%d, want %d×%d", c.width, c.height, w, h, c.wantWidth, c.wantHeight)
		}
	}
}

// The arrows never leave the triangle.
func TestShifted(t *testing.T) {
	for _, c := range []struct {
		from     [3]int
		to, want [3]int
	}{
		{[3]int{0, 0, 100}, [3]int{2, 1, 5}, [3]int{0, 5, 95}},
		{[3]int{98, 0, 2}, [3]int{2, 1, 5}, [3]int{98, 2, 0}},
		{[3]int{60, 40, 0}, [3]int{2, 1, 5}, [3]int{55, 45, 0}},
		{[3]int{0, 100, 0}, [3]int{2, 1, 5}, [3]int{0, 100, 0}},
	} {
		if got := shifted(c.from, c.to[0], c.to[1], c.to[2]); got != c.want {
			t.Errorf("%v: got %v, want %v", c.from, got, c.want)
		}
	}
}
