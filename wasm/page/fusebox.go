//go:build js && wasm

package main

import (
	"strconv"

	"honnef.co/go/js/dom/v2"
)

// fuseBox is the button that fuses, how far that is, and the way out.
type fuseBox struct {
	doc      document
	root     *dom.BasicHTMLElement
	fuse     *dom.HTMLButtonElement
	label    *text
	cancel   *dom.HTMLButtonElement
	progress *dom.BasicHTMLElement
	note     *text
	failure  *text
}

func newFuseBox(d document, p *page) *fuseBox {
	b := &fuseBox{
		doc:      d,
		root:     d.element("fusing"),
		fuse:     d.button("fuse"),
		label:    d.text("fuse-label"),
		cancel:   d.button("cancel"),
		progress: d.element("progress"),
		note:     d.text("fuse-note"),
		failure:  d.text("error-fusion"),
	}
	listen(b.fuse, "click", func(*dom.BasicEvent) { p.fuse() })
	listen(b.cancel, "click", func(*dom.BasicEvent) { p.cancel() })
	return b
}

// render is called for every step of a fusion, and writes little then.
func (b *fuseBox) render(s *state) {
	look, label, note := "lit", say("Fuse"), ""
	switch f := s.fusion; {
	case f != nil && f.started:
		done := f.step.fraction
		look, label, note = "running", say("Fusing … {share}", percent(done)), f.words()
		setProperty(b.root, "--done", strconv.FormatFloat(done, 'f', 3, 64))
		b.progress.Value.Set("value", done*100)
	case f != nil:
		look, label, note = "waiting", say("Waiting for the model …"), say("It starts by itself as soon as the model is here.")
	case s.example == exampleAwaited:
		look = "unlit" // its pictures are about to be there
	case s.obstacle() != nil:
		look, note = "unlit", say("Both pictures must show the same scene from the same place, in one size.")
	case s.result != nil && !s.result.recorded:
		label = say("Fuse again")
	}
	b.label.write(label)
	b.note.write(note)
	b.failure.write(sentence(s.failure))
	b.root.SetAttribute("data-state", look)

	// The button stays focusable whatever it can do: pressed too early it says
	// what is missing.
	b.fuse.SetAttribute("aria-disabled", boolean(look != "lit"))
	setHidden(b.progress, look != "running")
	idle := s.fusion == nil
	if idle && b.doc.focused(b.cancel) {
		b.fuse.Focus() // rather than lose it with the button
	}
	setHidden(b.cancel, idle)
}

// words is the step at work. Which tile it belongs to would only confuse, since
// Workers take several at once.
func (f *fusion) words() string {
	step := foreign(f.step.name)
	if f.step.tiles < 2 {
		return step
	}
	return say("In {n} tiles: {step}", f.step.tiles, step)
}
