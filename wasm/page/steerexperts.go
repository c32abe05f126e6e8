//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// expertSwitches turn experts on and off.
type expertSwitches struct {
	page   *page
	doc    document
	now    *text
	list   *dom.BasicHTMLElement
	reset  *dom.HTMLButtonElement
	boxes  []*dom.HTMLInputElement
	spoken string // the language that they are named in
}

func newExpertSwitches(d document, p *page) *expertSwitches {
	x := &expertSwitches{page: p, doc: d, now: d.text("experts-now"), list: d.element("expert-switches"), reset: d.button("experts-reset")}
	listen(x.reset, "click", func(*dom.BasicEvent) {
		s := p.settings
		s.Off = settings.Default().Off
		p.steer(s, true)
	})
	listen(x.list, "change", func(e *dom.BasicEvent) {
		for expert, box := range x.boxes {
			if box.Equal(e.Get("target")) {
				x.set(expert, box.Checked())
			}
		}
	})
	return x
}

func (x *expertSwitches) render(s *state) {
	v := s.variant()
	disable(x.reset, s.settings.Off == 0)
	if v == nil {
		x.now.write("")
		return
	}
	if len(x.boxes) != v.Experts || x.spoken != language() {
		x.fill(v.Experts)
	}
	fitted, on := s.fitted(), 0
	for e, box := range x.boxes {
		box.SetChecked(fitted.On(e))
		if fitted.On(e) {
			on++
		}
	}
	for e, box := range x.boxes { // the last one stays on
		box.SetAttribute("aria-disabled", boolean(on == 1 && fitted.On(e)))
	}
	x.now.write(say("{on} of {all} on", on, v.Experts))
}

// fill makes a switch for each expert.
func (x *expertSwitches) fill(experts int) {
	x.list.SetTextContent("")
	x.boxes, x.spoken = nil, language()
	for e := range experts {
		box := &dom.HTMLInputElement{BasicHTMLElement: x.doc.make("input", "", "")}
		box.SetAttribute("type", "checkbox")
		box.SetAttribute("role", "switch")
		box.SetAttribute("id", "expert-"+count(e+1))
		label := x.doc.make("label", "switch", "")
		label.AppendChild(box)
		label.AppendChild(x.doc.make("span", "", say("Expert {n}", e+1)))
		x.list.AppendChild(label)
		x.boxes = append(x.boxes, box)
	}
}

func (x *expertSwitches) set(expert int, on bool) {
	before := x.page.fitted()
	after := before.WithExpert(expert, len(x.boxes), on)
	if after.Equal(before) {
		x.page.status.write(say("The last expert stays on."))
		x.page.render()
		return
	}
	x.page.steer(after, true)
}
