//go:build js && wasm

package main

import "syscall/js"

// early is a control that is not as index.html has it: a visitor was faster than this
// program, or the browser remembers a visit.
type early struct {
	control js.Value
	value   js.Value // undefined where the control keeps it itself: chosen files
	checked bool
}

// findEarly finds these controls, before anything is rendered into them.
func findEarly(d document) (all []early) {
	list := d.Call("querySelectorAll", "input, select")
	for i := range list.Length() {
		c := list.Index(i)
		e := early{control: c}
		var changed bool
		switch c.Get("type").String() {
		case "radio": // one that is no longer chosen says nothing
			e.checked = c.Get("checked").Bool()
			changed = e.checked && !c.Get("defaultChecked").Bool()
		case "checkbox":
			e.checked = c.Get("checked").Bool()
			changed = e.checked != c.Get("defaultChecked").Bool()
		case "file":
			changed = c.Get("files").Length() > 0
		case "select-one":
			e.value, changed = c.Get("value"), c.Get("selectedIndex").Int() != defaultOption(c)
		default:
			e.value, changed = c.Get("value"), c.Get("value").String() != c.Get("defaultValue").String()
		}
		if changed {
			all = append(all, e)
		}
	}
	return all
}

// defaultOption is the index of the option that index.html selects: the first where it
// marks none, and -1 where there is none.
func defaultOption(list js.Value) int {
	options := list.Get("options")
	for i := range options.Length() {
		if options.Index(i).Get("defaultSelected").Bool() {
			return i
		}
	}
	return min(options.Length(), 1) - 1
}

// redo changes the control once more, now that there is someone to take it.
func (e early) redo() {
	if !e.value.IsUndefined() {
		e.control.Set("value", e.value)
	} else if e.checked != e.control.Get("checked").Bool() {
		e.control.Set("checked", e.checked)
	}
	for _, event := range []string{"input", "change"} {
		e.control.Call("dispatchEvent", js.Global().Get("Event").New(event, map[string]any{"bubbles": true}))
	}
}
