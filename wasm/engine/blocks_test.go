//go:build js && wasm

package main

import "testing"

func TestBlocks(t *testing.T) {
	cfg := config()
	cfg.Depth, cfg.DecoderDepth, cfg.LocalConv = 3, 2, true
	params := cfg.Params()
	b := newBlocks(params)
	if b.total != 5 {
		t.Fatalf("%d blocks, want 5", b.total)
	}
	last := 0
	for _, p := range params {
		b.take(p.Name)
		if b.ready < last || b.ready > last+1 {
			t.Fatalf("after %s: %d blocks, before it %d", p.Name, b.ready, last)
		}
		last = b.ready
		if p.Name == "blocks.1.norm1.weight" && b.ready != 1 {
			t.Errorf("after %s: %d blocks", p.Name, b.ready)
		}
	}
	if b.ready != b.total {
		t.Errorf("%d of %d blocks", b.ready, b.total)
	}
}
