//go:build js && wasm

package main

import (
	"syscall/js"

	"honnef.co/go/js/dom/v2"
	"tcmoa/core"
	"tcmoa/wasm/internal/suggest"
)

// suggestion is what a pair looks like, once somebody has looked.
type suggestion struct {
	of    [2]*picture
	known bool
	kind  suggest.Kind
	signs suggest.Signs
}

// task is the one for it, nil where the pictures do not tell.
func (s *suggestion) task() *task {
	switch s.kind {
	case suggest.Exposures:
		return taskByID("mef")
	case suggest.Focus:
		return taskByID("mff")
	case suggest.Infrared:
		return taskByID("vif")
	default:
		return nil
	}
}

// reason says what speaks for it.
func (s *suggestion) reason() string {
	switch {
	case !s.known:
		return ""
	case s.kind == suggest.Exposures && s.signs.Brighter > 0:
		return say("These look like two exposures: the first is brighter nearly everywhere.")
	case s.kind == suggest.Exposures:
		return say("These look like two exposures: the second is brighter nearly everywhere. Swap them, so that the bright one is first.")
	case s.kind == suggest.Focus:
		return say("These look like two focus distances: each is the sharper one somewhere, and both are equally bright.")
	case s.kind == suggest.Infrared && s.signs.Colour[first] > s.signs.Colour[second]:
		return say("These look like visible light and infrared: the second has no colour, and its brightness goes its own ways.")
	case s.kind == suggest.Infrared:
		return say("These look like infrared and visible light: the first has no colour, and its brightness goes its own ways. Swap them, so that the visible one is first.")
	default:
		return say("The pictures alone do not tell how they differ: choose what fits.")
	}
}

// glanceAtPair finds out what the pair looks like, from small copies of it.
func (p *page) glanceAtPair() {
	s := &suggestion{of: [2]*picture{p.sources[first].picture, p.sources[second].picture}}
	p.suggestion = s
	go func() {
		a, errA := s.of[first].glance()
		b, errB := s.of[second].glance()
		if p.suggestion != s || errA != nil || errB != nil { // others by now; or just no suggestion
			return
		}
		s.kind, s.signs = suggest.Pair(a, b)
		s.known = true
		p.render()
	}()
}

// glanceSide is the longer side of a small copy, in pixels.
const glanceSide = 256

// glance is a small copy of a picture in Go's memory.
func (p *picture) glance() (*core.RGBA, error) {
	scale := min(1, glanceSide/float64(max(p.width, p.height)))
	width, height := max(int(float64(p.width)*scale), 1), max(int(float64(p.height)*scale), 1)
	image, err := p.scaled(width, height)
	if err != nil {
		return nil, err
	}
	glance := core.NewRGBA(width, height)
	js.CopyBytesToGo(glance.Pix, image.Get("data"))
	return glance, nil
}

// suggestBox says under the tasks which of them fits, and why; choosing it stays
// the visitor's.
type suggestBox struct {
	page   *page
	root   *dom.BasicHTMLElement
	reason *text
	choose *dom.HTMLButtonElement
	label  *text
}

func newSuggestBox(d document, p *page) *suggestBox {
	b := &suggestBox{
		page:   p,
		root:   d.element("suggestion"),
		reason: d.text("suggestion-reason"),
		choose: d.button("suggestion-choose"),
		label:  d.text("suggestion-choose"),
	}
	listen(b.choose, "click", func(*dom.BasicEvent) {
		p.chooseTask(p.suggestion.task())
		d.element("tasks").Call("querySelector", "input:checked").Call("focus") // the button is gone
	})
	return b
}

func (b *suggestBox) render(s *state) {
	x, t := s.pair()
	fit := x != nil && s.mismatch() == nil && s.example != exampleShown
	if fit && (s.suggestion == nil || s.suggestion.of != [2]*picture{x, t}) {
		b.page.glanceAtPair()
	}
	if !fit || !s.suggestion.known {
		b.reason.write("")
		setHidden(b.choose, true)
		return
	}
	b.reason.write(s.suggestion.reason())
	fitting := s.suggestion.task()
	other := fitting != nil && fitting != s.task
	if other {
		b.label.write(say("Choose {task}", say(fitting.name)))
	}
	setHidden(b.choose, !other)
}
