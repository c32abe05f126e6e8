//go:build js && wasm

package main

import (
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// takeAlong hands out the address and the settings, and takes settings in.
type takeAlong struct {
	page *page
	doc  document
	load *dom.HTMLInputElement
}

func newTakeAlong(d document, p *page) *takeAlong {
	t := &takeAlong{page: p, doc: d, load: d.input("settings-load")}
	listen(d.button("link-copy"), "click", func(*dom.BasicEvent) { go t.copy() })
	listen(d.button("settings-save"), "click", func(*dom.BasicEvent) { t.save() })
	listen(t.load, "change", func(*dom.BasicEvent) {
		if chosen := files(t.load.Get("files")); len(chosen) > 0 {
			go t.read(chosen[0])
			t.load.SetValue("")
		}
	})
	return t
}

// copy puts the address into the clipboard.
func (t *takeAlong) copy() {
	t.page.link.write()
	address := js.Global().Get("location").Get("href")
	clipboard := js.Global().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		t.fail(problem("The browser keeps the clipboard closed here. Copy the address from its bar."))
		return
	}
	if _, err := await(clipboard.Call("writeText", address)); err != nil {
		t.fail(problem("The browser keeps the clipboard closed here. Copy the address from its bar."))
		return
	}
	t.page.status.write(say("The address is in the clipboard."))
	t.fail(nil)
}

func (t *takeAlong) fail(err error) {
	t.page.problem = err
	t.page.render()
}

// save writes the settings as a file: as the address has them, and as options of
// the module's fuse().
func (t *takeAlong) save() {
	p := t.page
	members := map[string]any{"tcmoa": 1, "settings": p.link.text(&p.state)}
	name := "tcmoa"
	if p.result != nil && p.obstacle() == nil {
		o := p.order()
		options := o.options(p.result.variant)
		delete(options, "maps")
		delete(options, "keep")
		if region, ok := options["region"].(map[string]any); ok { // JSON has no typed arrays
			region["beta"] = js.Global().Get("Array").Call("from", region["beta"])
		}
		members["options"] = options
		name = p.sources[first].picture.stem()
	}
	text := js.Global().Get("JSON").Call("stringify", members, nil, 1)
	deliver(t.doc, newBlob(text, "application/json"), name+"-settings.json")
}

// newBlob is a file's content of one part.
func newBlob(part any, kind string) js.Value {
	return js.Global().Get("Blob").New([]any{part}, map[string]any{"type": kind})
}

// read takes settings in from a file that save has written. What it says of
// sample and view is left aside: it is for the pictures that are there.
func (t *takeAlong) read(file js.Value) {
	name := file.Get("name").String()
	value, err := await(js.Global().Get("Response").New(file).Call("json"))
	text := js.Undefined()
	if err == nil && value.Type() == js.TypeObject {
		text = value.Get("settings")
	}
	if text.Type() != js.TypeString {
		t.fail(problem("“{name}” holds no settings of this page. “Save the settings” writes such files.", name))
		return
	}
	link, fault := settings.Parse(text.String())
	if fault != "" {
		t.fail(problem("“{name}” holds “{part}”, which is no setting. Nothing of it was used.", name, string(fault)))
		return
	}
	if link.Task != "" {
		t.page.task = taskByID(link.Task)
	}
	t.page.steer(link.Settings, true)
}
