//go:build js && wasm

package main

import (
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"tcmoa/core"
)

// networkBox is the diagram of the network. It has three depths: all parts, the
// steps inside one, and one step with its equation.
type networkBox struct {
	think   *think
	doc     document
	diagram *diagram
	trail   [3]*text // the way back, a button a depth
	lessons map[string]js.Value
	live    *text
	narrow  js.Value // whether the window is

	part, step int // that the visitor looks into, -1: none
	drawn      struct {
		insight  *insight
		part     int
		narrow   bool
		language string
	}
}

func newNetworkBox(d document, t *think) *networkBox {
	b := &networkBox{
		think: t, doc: d, live: d.text("live"), lessons: map[string]js.Value{}, part: -1, step: -1,
		trail:  [3]*text{d.text("trail-network"), d.text("trail-part"), d.text("trail-step")},
		narrow: js.Global().Call("matchMedia", "(max-width: 44rem)"),
	}
	articles := d.element("lessons").Get("children")
	for i := range articles.Length() {
		a := articles.Index(i)
		b.lessons[a.Call("getAttribute", "data-lesson").String()] = a
	}
	b.diagram = newDiagram(d, "chart", b.enter)
	listen(b.trail[0], "click", func(*dom.BasicEvent) { b.leave(-1) })
	listen(b.trail[1], "click", func(*dom.BasicEvent) { b.leave(b.part) })
	listen(d.element("network"), "keydown", func(e *dom.BasicEvent) {
		switch {
		case e.Get("key").String() != "Escape":
		case b.step >= 0:
			b.leave(b.part)
		case b.part >= 0:
			b.leave(-1)
		}
	})
	listen(wrap(b.narrow), "change", func(*dom.BasicEvent) {
		if t.insight != nil {
			b.show(t.insight, t.page.look)
		}
	})
	return b
}

// enter goes one deeper: into a part, or to a step of it.
func (b *networkBox) enter(box int) {
	in := b.think.insight
	if b.part >= 0 {
		b.step = box
		b.show(in, b.think.page.look)
		return
	}
	b.part = box
	if p := partsOf(in.variant)[box]; p.kind == mixturePart && p.mixture != b.think.page.look.mixture {
		b.think.look(p.mixture) // the maps show it too
	} else {
		b.show(in, b.think.page.look)
	}
	b.diagram.focus(0)
}

// leave goes back to a part's steps, or to all parts for -1. The focus goes to
// where the visitor was.
func (b *networkBox) leave(part int) {
	was := b.part
	if part >= 0 {
		was = max(b.step, 0)
	}
	b.part, b.step = part, -1
	b.show(b.think.insight, b.think.page.look)
	b.diagram.focus(was)
}

// show draws what is looked into, with the numbers of the patch that is.
func (b *networkBox) show(in *insight, l look) {
	parts := partsOf(in.variant)
	if b.part >= len(parts) {
		b.part, b.step = -1, -1
	}
	if b.part >= 0 && parts[b.part].kind == mixturePart && parts[b.part].mixture != l.mixture {
		b.part = partOfMixture(parts, l.mixture) // which the visitor turned to elsewhere
		b.step = min(b.step, len(parts[b.part].steps(in.variant))-1)
	}
	now := b.drawn
	now.insight, now.part, now.language, now.narrow = in, b.part, language(), b.narrow.Get("matches").Bool()
	if now != b.drawn {
		b.drawn = now
		b.diagram.draw(boxesOf(in.variant, parts, b.part), now.narrow)
	}
	lesson, live := "network", ""
	if b.part < 0 {
		for i, p := range parts {
			b.diagram.note(i, p.note(in, l.token))
		}
	} else {
		p := parts[b.part]
		steps := p.steps(in.variant)
		for i, s := range steps {
			b.diagram.note(i, s.note(p, in, l.token))
		}
		b.diagram.mark(b.step)
		lesson = string(p.kind)
		if b.step >= 0 {
			lesson, live = string(steps[b.step]), steps[b.step].live(p, in, l.token)
		}
		b.trail[1].write(p.name())
	}
	if b.step >= 0 {
		b.trail[2].write(parts[b.part].steps(in.variant)[b.step].name())
	}
	depth := 0
	for i, on := range []bool{true, b.part >= 0, b.step >= 0} {
		setHidden(b.trail[i], !on)
		if on {
			depth = i
		}
	}
	for i, t := range b.trail {
		t.SetAttribute("aria-current", boolean(i == depth))
	}
	for name, article := range b.lessons {
		article.Set("hidden", name != lesson)
	}
	b.live.write(live)
	setHidden(b.live, live == "")
}

func partOfMixture(parts []networkPart, mixture int) int {
	for i, p := range parts {
		if p.kind == mixturePart && p.mixture == mixture {
			return i
		}
	}
	return -1
}

// boxesOf are the boxes of all parts, or, where part is not below 0, of its steps.
func boxesOf(c core.Config, parts []networkPart, part int) []diagramBox {
	var boxes []diagramBox
	if part >= 0 {
		for _, s := range parts[part].steps(c) {
			boxes = append(boxes, diagramBox{class: "step " + string(parts[part].kind), label: s.name(), voice: s.name(), length: 196})
		}
		return boxes
	}
	for _, p := range parts {
		b := diagramBox{class: string(p.kind), label: p.short(), voice: p.name(), group: say("Encoder"), length: 86}
		if p.kind == blockPart {
			b.length = 66
		}
		if p.decoder {
			b.group = say("Decoder")
		}
		boxes = append(boxes, b)
	}
	return boxes
}
