//go:build js && wasm

package main

import (
	"strconv"

	"honnef.co/go/js/dom/v2"
)

// seam divides the frame into left and right. A range input gives it keys and
// a voice; pointers act on the whole frame, since a range that covered it would
// be draggable by its thumb alone in some browsers.
type seam struct {
	frame       *dom.BasicHTMLElement
	split       *dom.HTMLInputElement
	left, right string // what it divides
	dragging    bool
}

func newSeam(d document, frame *dom.BasicHTMLElement) *seam {
	s := &seam{frame: frame, split: d.input("split")}
	listen(s.split, "input", func(*dom.BasicEvent) { s.show() })
	listen(frame, "pointerdown", s.grab)
	listen(frame, "pointermove", func(e *dom.BasicEvent) {
		if s.dragging {
			s.follow(e)
		}
	})
	release := func(*dom.BasicEvent) { s.dragging = false }
	listen(frame, "pointerup", release)
	listen(frame, "pointercancel", release)
	return s
}

func (s *seam) grab(e *dom.BasicEvent) {
	if e.Get("button").Int() != 0 || s.frame.GetAttribute("data-view") == string(fusedAlone) {
		return
	}
	e.PreventDefault() // or the focus would go to the document
	s.split.Call("focus", map[string]any{"preventScroll": true})
	s.frame.Call("setPointerCapture", e.Get("pointerId"))
	s.dragging = true
	s.follow(e)
}

func (s *seam) follow(e *dom.BasicEvent) {
	box := s.frame.GetBoundingClientRect()
	share := (e.Get("clientX").Float() - box.Left()) / box.Width()
	s.split.SetValue(strconv.FormatFloat(100*share, 'f', 1, 64))
	s.show()
}

// name tells what is on both sides.
func (s *seam) name(left, right string) {
	if left != s.left || right != s.right {
		s.left, s.right = left, right
		s.show()
	}
}

func (s *seam) show() {
	at := s.split.Value()
	setProperty(s.frame, "--split", at+"%")
	s.split.SetAttribute("aria-valuetext", s.left+" up to "+at+" %, then "+s.right)
}
