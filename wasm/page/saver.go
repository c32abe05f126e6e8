//go:build js && wasm

package main

import (
	"syscall/js"
	"time"

	"honnef.co/go/js/dom/v2"
)

// saver downloads the fused picture.
type saver struct {
	page    *page
	doc     document
	canvas  *dom.HTMLCanvasElement
	button  *dom.HTMLButtonElement
	problem *text
}

func newSaver(d document, p *page) *saver {
	s := &saver{page: p, doc: d, canvas: d.canvas("fused"), button: d.button("save"), problem: d.text("error-save")}
	listen(s.button, "click", func(*dom.BasicEvent) { s.save() })
	return s
}

func (s *saver) render(st *state) {
	setHidden(s.button, !s.page.stage.holds(st))
}

// save encodes the canvas, which the browser does beside the page, and hands
// the file over.
func (s *saver) save() {
	name := s.page.result.name
	s.problem.write("")
	var done js.Func
	done = js.FuncOf(func(_ js.Value, args []js.Value) any {
		done.Release()
		if blob := args[0]; blob.IsNull() {
			s.problem.write(say("The browser could not encode the picture. It may be short of memory."))
		} else {
			deliver(s.doc, blob, name)
		}
		return nil
	})
	s.canvas.Call("toBlob", done, "image/png")
}

// deliver has the browser save a file.
func deliver(d document, blob js.Value, name string) {
	urls := js.Global().Get("URL")
	url := urls.Call("createObjectURL", blob)
	link := d.make("a", "", "")
	link.SetAttribute("href", url.String())
	link.SetAttribute("download", name)
	link.Click()
	// Some browsers read the file only after this returns.
	time.AfterFunc(time.Minute, func() { urls.Call("revokeObjectURL", url) })
}
