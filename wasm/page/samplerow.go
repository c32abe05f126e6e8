//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"
)

// sampleRow is the row of sample pairs.
type sampleRow struct {
	doc     document
	root    *dom.BasicHTMLElement
	list    *dom.BasicHTMLElement
	buttons []*dom.BasicHTMLElement
	spoken  string // the language of the row
}

func newSampleRow(d document, p *page) *sampleRow {
	r := &sampleRow{doc: d, root: d.element("samples-row"), list: d.element("samples")}
	listen(r.list, "click", func(e *dom.BasicEvent) {
		pressed, _ := closest(e, "button")
		for i, b := range r.buttons {
			if b.Equal(pressed) {
				p.chooseSample(p.samples[i])
			}
		}
	})
	return r
}

func (r *sampleRow) render(s *state) {
	if !s.samplesKnown {
		return
	}
	if len(r.buttons) != len(s.samples) || r.spoken != language() {
		r.fill(s.samples)
	}
	for i, b := range r.buttons {
		b.SetAttribute("aria-current", boolean(s.samples[i] == s.sample))
	}
	setHidden(r.root, len(s.samples) == 0)
}

// fill replaces the placeholders, or the row in another language.
func (r *sampleRow) fill(samples []*sample) {
	r.buttons, r.spoken = nil, language()
	r.list.SetTextContent("")
	r.list.SetAttribute("aria-busy", "false")
	for _, s := range samples {
		button := r.doc.make("button", "sample", "")
		button.SetAttribute("type", "button")
		thumb := r.doc.make("img", "", "")
		thumb.SetAttribute("alt", "")
		thumb.SetAttribute("width", "240")
		thumb.SetAttribute("height", "160")
		thumb.SetAttribute("src", samplesFolder+s.thumb)
		button.AppendChild(thumb)
		about := r.doc.make("span", "about", "")
		about.AppendChild(r.doc.make("span", "title", say(s.title)))
		about.AppendChild(r.doc.make("span", "task", say(s.task.name)))
		button.AppendChild(about)
		item := r.doc.make("li", "", "")
		item.AppendChild(button)
		r.list.AppendChild(item)
		r.buttons = append(r.buttons, button)
	}
}
