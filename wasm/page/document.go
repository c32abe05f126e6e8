//go:build js && wasm

package main

import (
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// document finds and makes elements. It wraps them in package dom's concrete
// types by itself: dom's own constructors go through interfaces that all its
// types implement, and would keep every one of their methods in the program,
// which is 2 MB.
type document struct{ js.Value }

func newDocument() document { return document{js.Global().Get("document")} }

// element is one of index.html's. That it is missing is a fault of the site,
// and stops the program with its name.
func (d document) element(id string) *dom.BasicHTMLElement {
	v := d.Call("getElementById", id)
	if v.IsNull() {
		panic("index.html has no element #" + id)
	}
	return wrap(v)
}

func wrap(v js.Value) *dom.BasicHTMLElement {
	return &dom.BasicHTMLElement{BasicElement: &dom.BasicElement{BasicNode: &dom.BasicNode{Value: v}}}
}

func (d document) image(id string) *dom.HTMLImageElement {
	return &dom.HTMLImageElement{BasicHTMLElement: d.element(id)}
}

func (d document) button(id string) *dom.HTMLButtonElement {
	return &dom.HTMLButtonElement{BasicHTMLElement: d.element(id)}
}

func (d document) input(id string) *dom.HTMLInputElement {
	return &dom.HTMLInputElement{BasicHTMLElement: d.element(id)}
}

func (d document) canvas(id string) *dom.HTMLCanvasElement {
	return &dom.HTMLCanvasElement{BasicHTMLElement: d.element(id)}
}

// radios are the inputs of a radio group.
func (d document) radios(group string) []*dom.HTMLInputElement {
	list := d.element(group).Call("querySelectorAll", "input")
	radios := make([]*dom.HTMLInputElement, list.Length())
	for i := range radios {
		radios[i] = &dom.HTMLInputElement{BasicHTMLElement: wrap(list.Index(i))}
	}
	return radios
}

// make is a new element, for lists whose length the data decides.
func (d document) make(tag, class, words string) *dom.BasicHTMLElement {
	e := wrap(d.Call("createElement", tag))
	if class != "" {
		e.SetAttribute("class", class)
	}
	if words != "" {
		e.SetTextContent(words)
	}
	return e
}

// focused tells whether an element has the focus.
func (d document) focused(e element) bool { return d.Get("activeElement").Equal(e.Underlying()) }

// element is any of dom's.
type element interface{ Underlying() js.Value }

// closest is the element that a selector finds around an event's target; ok is
// false where there is none.
func closest(e *dom.BasicEvent, selector string) (found js.Value, ok bool) {
	found = e.Get("target").Call("closest", selector)
	return found, !found.IsNull()
}

// listen adds a listener that stays for good: for what comes and goes, to
// something around it.
func listen(target element, event string, listener func(*dom.BasicEvent)) {
	target.Underlying().Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		listener(&dom.BasicEvent{Value: args[0]})
		return nil
	}))
}
