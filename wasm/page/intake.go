//go:build js && wasm

package main

import (
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// intake takes files that are dropped anywhere on the page, or pasted.
type intake struct {
	page  *page
	body  *dom.BasicHTMLElement
	zones [2]*dom.BasicHTMLElement
	batch *dom.BasicHTMLElement
}

func newIntake(d document, p *page) *intake {
	in := &intake{page: p, body: wrap(d.Get("body")), batch: d.element("batch")}
	for _, s := range sides {
		in.zones[s] = d.element("zone-" + s.word())
	}
	listen(wrap(d.Value), "dragover", in.over)
	listen(wrap(d.Value), "dragleave", in.leave)
	listen(wrap(d.Value), "drop", in.drop)
	listen(wrap(d.Value), "paste", in.paste)
	return in
}

// at is the side whose zone holds an event's target, nil where none does.
func (in *intake) at(e *dom.BasicEvent) *side {
	for _, s := range sides {
		if in.zones[s].Call("contains", e.Get("target")).Bool() {
			return &s
		}
	}
	return nil
}

func (in *intake) over(e *dom.BasicEvent) {
	transfer := e.Get("dataTransfer")
	if !holdsFiles(transfer) {
		return
	}
	e.PreventDefault() // or the browser would not let it drop
	transfer.Set("dropEffect", "copy")
	in.light(true, in.at(e))
}

// holdsFiles tells whether files are among what is dropped or pasted, holdsText whether
// text is.
func holdsFiles(transfer js.Value) bool {
	return transfer.Get("types").Call("includes", "Files").Bool()
}

func holdsText(transfer js.Value) bool {
	return transfer.Get("types").Call("includes", "text/plain").Bool()
}

// leave comes for every element that the pointer leaves; only the one out of
// the window has nowhere that it goes to.
func (in *intake) leave(e *dom.BasicEvent) {
	if e.Get("relatedTarget").IsNull() {
		in.light(false, nil)
	}
}

func (in *intake) drop(e *dom.BasicEvent) {
	in.light(false, nil)
	transfer := e.Get("dataTransfer")
	if !holdsFiles(transfer) { // text, for the field that it falls on
		return
	}
	e.PreventDefault() // or the browser would leave the page for the file
	list := files(transfer.Get("files"))
	onBatch := in.batch.Call("contains", e.Get("target")).Bool()
	if entries := foldersOf(transfer); entries != nil {
		take := in.page.receiveFolders
		if onBatch {
			take = in.page.addToBatch
		}
		go func() { take(filesWithin(entries)) }()
	} else if len(list) > 0 && onBatch {
		in.page.addToBatch(list)
	} else {
		in.page.receive(list, in.at(e))
	}
}

// light shows where a drop would go.
func (in *intake) light(on bool, over *side) {
	toggle(in.body, "dragging", on)
	for _, s := range sides {
		toggle(in.zones[s], "over", over != nil && *over == s)
	}
}

func (in *intake) paste(e *dom.BasicEvent) {
	data := e.Get("clipboardData")
	if data.IsNull() || isField(e.Get("target")) && (holdsText(data) || !holdsFiles(data)) {
		return
	}
	in.page.receive(files(data.Get("files")), in.at(e))
}

func toggle(e *dom.BasicHTMLElement, class string, on bool) {
	e.Get("classList").Call("toggle", class, js.ValueOf(on))
}

// files are those of a FileList, none where there is no list.
func files(list js.Value) []js.Value {
	if list.IsUndefined() || list.IsNull() {
		return nil
	}
	all := make([]js.Value, list.Length())
	for i := range all {
		all[i] = list.Index(i)
	}
	return all
}
