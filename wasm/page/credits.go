//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// credits names whose pictures the samples are.
type credits struct {
	doc    document
	root   *dom.BasicHTMLElement
	list   *dom.BasicHTMLElement
	listed int
	spoken string // the language of the list
}

func newCredits(d document) *credits {
	return &credits{doc: d, root: d.element("credits"), list: d.element("credit-list")}
}

func (c *credits) render(s *state) {
	setHidden(c.root, len(s.samples) == 0)
	if c.listed == len(s.samples) && c.spoken == language() {
		return
	}
	c.listed, c.spoken = len(s.samples), language()
	c.list.SetTextContent("")
	for _, sample := range s.samples {
		c.list.AppendChild(c.doc.make("li", "", say("“{title}”: {origin}. {licence}.",
			say(sample.title), say(sample.origin), say(sample.licence))))
	}
}
