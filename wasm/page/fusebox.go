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
	hint     string // the note as index.html has it
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
	b.hint = b.note.words
	listen(b.fuse, "click", func(*dom.BasicEvent) { p.fuse() })
	listen(b.cancel, "click", func(*dom.BasicEvent) { p.cancel() })
	return b
}

// render is called for every step of a fusion, and writes little then.
func (b *fuseBox) render(s *state) {
	look, label, note := "lit", "Fuse", ""
	switch f := s.fusion; {
	case f != nil && f.started:
		done := f.step.fraction
		look, label, note = "running", "Fusing … "+percent(done), f.words()
		setProperty(b.root, "--done", strconv.FormatFloat(done, 'f', 3, 64))
		b.progress.Value.Set("value", done*100)
	case f != nil:
		look, label, note = "waiting", "Waiting for the model …", "It starts by itself as soon as the model is here."
	case s.obstacle() != "":
		look, note = "unlit", b.hint
	case s.result != nil:
		label = "Fuse again"
	}
	b.label.write(label)
	b.note.write(note)
	b.failure.write(s.failure)
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
	words := f.step.name
	if f.step.tiles > 1 {
		words = "In " + count(f.step.tiles) + " tiles: " + words
	}
	return words
}
