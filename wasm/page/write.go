//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"
)

// What components write into the document.

// text is an element whose words the page writes. The same words are not
// written again, so that a live region does not repeat itself.
type text struct {
	*dom.BasicHTMLElement
	words string
}

func (d document) text(id string) *text {
	e := d.element(id)
	return &text{e, e.TextContent()}
}

func (t *text) write(words string) {
	if words != t.words {
		t.words = words
		t.SetTextContent(words)
	}
}

// setHidden takes an element out of sight and out of reach.
func setHidden(e element, hidden bool) { e.Underlying().Set("hidden", hidden) }

// setProperty hands a number to the style sheets.
func setProperty(e element, name, value string) {
	e.Underlying().Get("style").Call("setProperty", name, value)
}

// boolean is an attribute's value.
func boolean(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
