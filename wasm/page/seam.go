//go:build js && wasm

package main

import (
	"math"
	"strconv"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// seam divides the frame into left and right. A range input gives it keys and
// a voice; pointers act on the whole frame, since a range that covered it would
// be draggable by its thumb alone in some browsers.
type seam struct {
	frame       *dom.BasicHTMLElement
	split       *dom.HTMLInputElement
	left, right string // what it divides
	on          bool   // whether it is there
}

// newSeam takes over from site/opening.js: the seam is there, and stays where the
// visitor left it.
func newSeam(d document, frame *dom.BasicHTMLElement) *seam {
	d.Call("dispatchEvent", js.Global().Get("Event").New("takeover"))
	s := &seam{frame: frame, split: d.input("split"), on: true}
	listen(s.split, "input", func(*dom.BasicEvent) { s.show() })
	return s
}

// handle is how far from the seam, in the window's pixels, a pointer still
// drags it.
const handle = 24

// takes tells whether a pointer that is pressed drags the seam: where the whole
// picture is shown from anywhere, otherwise from near.
func (s *seam) takes(at point, everywhere bool) bool {
	if !s.on {
		return false
	}
	box := s.frame.GetBoundingClientRect()
	share, _ := strconv.ParseFloat(s.split.Value(), 64)
	return everywhere || math.Abs(at.x-box.Left()-box.Width()*share/100) <= handle
}

// place puts the seam where a click was.
func (s *seam) place(at point) {
	if s.on {
		s.follow(at)
	}
}

func (s *seam) follow(at point) {
	box := s.frame.GetBoundingClientRect()
	s.split.SetValue(strconv.FormatFloat(100*(at.x-box.Left())/box.Width(), 'f', 1, 64))
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
	s.split.SetAttribute("aria-valuetext", say("{left} up to {share} %, then {right}", s.left, at, s.right))
}
