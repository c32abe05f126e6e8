//go:build js && wasm

package main

import (
	"strings"

	"tcmoa/core"
)

// blocks counts the transformer blocks whose tensors have all come.
type blocks struct {
	missing      map[string]int // tensors of a block, by the block's name
	ready, total int
}

func newBlocks(params []core.Param) *blocks {
	b := &blocks{missing: map[string]int{}}
	for _, p := range params {
		if name, ok := blockOf(p.Name); ok {
			b.missing[name]++
		}
	}
	b.total = len(b.missing)
	return b
}

func (b *blocks) take(tensor string) {
	if name, ok := blockOf(tensor); ok {
		if b.missing[name]--; b.missing[name] == 0 {
			b.ready++
		}
	}
}

// blockOf names the block that a tensor belongs to: blocks.3 or decoder_blocks.0.
func blockOf(tensor string) (name string, ok bool) {
	stage, rest, _ := strings.Cut(tensor, ".")
	if stage != "blocks" && stage != "decoder_blocks" {
		return "", false
	}
	number, _, _ := strings.Cut(rest, ".")
	return stage + "." + number, true
}
