//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// runsBox is the choice of what the model runs on, and what that came to.
type runsBox struct {
	radios map[string]*dom.HTMLInputElement
	text   *text
}

func newRunsBox(d document, p *page) *runsBox {
	b := &runsBox{radios: map[string]*dom.HTMLInputElement{}, text: d.text("runs-text")}
	for _, radio := range d.radios("runs") {
		b.radios[radio.Value()] = radio
		listen(radio, "change", func(*dom.BasicEvent) { p.chooseBackend(radio.Value()) })
	}
	p.backend = b.start()
	return b
}

// start is the choice of an earlier visit.
func (b *runsBox) start() string {
	if remembered := recall(backendKey); b.radios[remembered] != nil {
		return remembered
	}
	return automatic
}

func (b *runsBox) render(s *state) {
	b.radios[s.backend].SetChecked(true)
	words := say("On the GPU where that works, or else on the CPU.")
	switch f := s.model.fuser; {
	case f == nil:
	case f.chosen != s.backend && s.fusion != nil:
		words = say("Changes as soon as this fusion is done.")
	case f.chosen != s.backend:
		words = say("Changing …")
	default:
		words = f.runs()
	}
	b.text.write(words)
}
