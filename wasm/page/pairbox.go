//go:build js && wasm

package main

import (
	"strings"

	"honnef.co/go/js/dom/v2"
)

// pairBox is what concerns both sources: swapping them, and sizes that differ.
type pairBox struct {
	swap    *dom.HTMLButtonElement
	problem *text
}

func newPairBox(d document, p *page) *pairBox {
	b := &pairBox{swap: d.button("swap"), problem: d.text("error-pair")}
	listen(b.swap, "click", func(*dom.BasicEvent) { p.swap() })
	return b
}

func (b *pairBox) render(s *state) {
	x, t := &s.sources[first], &s.sources[second]
	nothing := x.picture == nil && t.picture == nil
	b.swap.SetDisabled(nothing || x.reading || t.reading)
	b.problem.write(strings.TrimSpace(sentence(s.notice) + " " + sentence(s.mismatch())))
}
