//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// modelLine tells how the model's download goes.
type modelLine struct {
	root     *dom.BasicHTMLElement
	text     *text
	progress *dom.BasicHTMLElement
	retry    *dom.HTMLButtonElement
	licence  *text
}

func newModelLine(d document, p *page) *modelLine {
	l := &modelLine{
		root:     d.element("model"),
		text:     d.text("model-text"),
		progress: d.element("model-progress"),
		retry:    d.button("model-retry"),
		licence:  d.text("weights-licence"),
	}
	listen(l.retry, "click", func(*dom.BasicEvent) {
		p.fusing.fuse.Focus() // the button is gone
		go p.loadModel()
	})
	return l
}

func (l *modelLine) render(s *state) {
	m := &s.model
	look, words := "loading", say("The model is on its way. You can choose pictures meanwhile.")
	switch {
	case m.failure != nil:
		look, words = "failed", sentence(m.failure)
	case m.fuser != nil:
		look, words = "ready", say("Model “{name}” is ready: {size}, checked.", m.fuser.name, megabytes(m.total))
		l.licence.write(say("Weights “{name}”. Origin: {origin}. Licence: {licence}.",
			m.fuser.name, say(clause(m.fuser.origin)), say(clause(m.fuser.licence))))
	case m.total > 0 && m.bytes == m.total:
		words = say("The model has arrived and is getting ready.")
	case m.total > 0:
		words = say("The model is on its way: {bytes} of {total}, {ready} of {layers} layers.",
			megabytes(m.bytes), megabytes(m.total), m.blocks, m.depth)
		l.progress.Set("value", 100*float64(m.bytes)/float64(m.total))
	}
	l.text.write(words)
	l.root.SetAttribute("data-state", look)
	setHidden(l.progress, look != "loading")
	setHidden(l.retry, look != "failed")
}
