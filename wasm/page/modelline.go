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
	look, words := "loading", "The model is on its way. You can choose pictures meanwhile."
	switch {
	case m.failure != "":
		look, words = "failed", m.failure
	case m.fuser != nil:
		look, words = "ready", "Model "+quote(m.fuser.name)+" is ready: "+megabytes(m.total)+", checked."
		l.licence.write("Weights " + quote(m.fuser.name) + ". Origin: " + clause(m.fuser.origin) + ". Licence: " + clause(m.fuser.licence) + ".")
	case m.total > 0 && m.bytes == m.total:
		words = "The model has arrived and is getting ready."
	case m.total > 0:
		words = "The model is on its way: " + megabytes(m.bytes) + " of " + megabytes(m.total) + "."
		l.progress.Set("value", 100*float64(m.bytes)/float64(m.total))
	}
	l.text.write(words)
	l.root.SetAttribute("data-state", look)
	setHidden(l.progress, look != "loading")
	setHidden(l.retry, look != "failed")
}
