//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// offlineLine says that the tool works without a network, once it does. That
// the browser keeps the page, site/offline.js finds out; the style sheet shows
// the line when both are kept.
type offlineLine struct{ root *dom.BasicHTMLElement }

func newOfflineLine(d document) *offlineLine { return &offlineLine{d.element("offline")} }

func (l *offlineLine) render(s *state) {
	kept := "fleeting"
	if s.model.fuser != nil && s.model.fuser.kept {
		kept = "kept"
	}
	l.root.SetAttribute("data-model", kept)
}
