//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// credits names whose pictures the samples are.
type credits struct {
	doc    document
	root   *dom.BasicHTMLElement
	list   *dom.BasicHTMLElement
	listed int
}

func newCredits(d document) *credits {
	return &credits{doc: d, root: d.element("credits"), list: d.element("credit-list")}
}

func (c *credits) render(s *state) {
	for _, sample := range s.samples[c.listed:] {
		c.list.AppendChild(c.doc.make("li", "", quote(sample.title)+": "+clause(sample.origin)+". "+clause(sample.licence)+"."))
	}
	c.listed = len(s.samples)
	setHidden(c.root, c.listed == 0)
}
