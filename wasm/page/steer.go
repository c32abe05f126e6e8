//go:build js && wasm

package main

import (
	"strings"
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// What a visitor steers with. A control changes the settings by steer; what is
// on the stage follows.

// steer takes new settings. Those that do not stay, while a slider is dragged
// for instance, show already and are no step to undo.
func (p *page) steer(s settings.Settings, stays bool) {
	if stays {
		p.history.Put(s)
	}
	p.settings = s
	p.problem = nil
	p.render()
	p.follow()
}

func (p *page) undo() { p.recall(p.history.Undo) }
func (p *page) redo() { p.recall(p.history.Redo) }

func (p *page) recall(step func() (settings.Settings, bool)) {
	if s, ok := step(); ok {
		p.steer(s, false)
	}
}

// forgetStrokes is due when there are other pictures than those that were
// painted on. Other steps are not to be undone into them either.
func (p *page) forgetStrokes() {
	p.settings.Strokes = nil
	p.history = settings.NewHistory(p.settings)
}

// visible is what the stage shows: the result, or what precedes it.
func (s *state) visible() *result {
	if s.coarse != nil {
		return s.coarse
	}
	return s.result
}

// steering is the panel as a whole: its steps, and what it says of itself.
type steering struct {
	page             *page
	root             *dom.BasicHTMLElement
	changes, live    *text
	problem          *text
	undo, redo, none *dom.HTMLButtonElement
}

func newSteering(d document, p *page) *steering {
	s := &steering{
		page: p, root: d.element("steer"), changes: d.text("steer-changes"), live: d.text("steer-live"), problem: d.text("error-steer"),
		undo: d.button("undo"), redo: d.button("redo"), none: d.button("steer-reset"),
	}
	listen(s.undo, "click", func(*dom.BasicEvent) { p.undo() })
	listen(s.redo, "click", func(*dom.BasicEvent) { p.redo() })
	listen(s.none, "click", func(*dom.BasicEvent) { p.steer(settings.Default(), true) })
	listen(wrap(d.Value), "keydown", s.key)
	return s
}

// key is Ctrl+Z and Ctrl+Shift+Z anywhere but in a field, where they are the
// browser's.
func (s *steering) key(e *dom.BasicEvent) {
	control := e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool()
	if !control || e.Get("altKey").Bool() || e.Get("defaultPrevented").Bool() || isField(e.Get("target")) {
		return
	}
	switch key := strings.ToLower(e.Get("key").String()); {
	case key == "z" && !e.Get("shiftKey").Bool() && s.page.history.CanUndo():
		s.page.undo()
	case (key == "z" || key == "y") && s.page.history.CanRedo():
		s.page.redo()
	default:
		return
	}
	e.PreventDefault()
}

// isField tells whether one types into an element.
func isField(target js.Value) bool {
	if target.Get("matches").Type() != js.TypeFunction { // the document
		return false
	}
	return target.Call("matches", "textarea, input:not([type=range], [type=checkbox], [type=radio], [type=file])").Bool()
}

func (s *steering) render(st *state) {
	words := ""
	if n := st.fitted().Changes(); n > 0 {
		words = plural(n, "{n} change", "{n} changes")
	}
	s.changes.write(words)
	look := "current"
	if st.follower.running || s.page.behind() {
		look = "behind"
	}
	s.root.SetAttribute("data-state", look)
	disable(s.undo, !st.history.CanUndo())
	disable(s.redo, !st.history.CanRedo())
	disable(s.none, st.settings.Equal(settings.Default()))
	s.live.write(s.page.following())
	s.problem.write(sentence(st.problem))
}
