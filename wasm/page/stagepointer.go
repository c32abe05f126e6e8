//go:build js && wasm

package main

import (
	"math"

	"honnef.co/go/js/dom/v2"
)

// tool takes the drags of one pointer on the pictures, in place of the seam and
// of panning: a brush, for instance. Points are pixels of the picture, as
// viewer.pixel has them, and may lie outside of it.
type tool interface {
	press(x, y float64)
	drag(x, y float64)
	release()
	cancel() // another finger came: it has been a pinch from the beginning
}

// pointers turns pointers on the frame into what they mean: one drags the seam,
// the picture, the loupe or a tool, two zoom and pan, a click places the seam or
// changes over a blink, two clicks zoom.
type pointers struct {
	viewer *viewer
	seam   *seam
	loupe  *loupe
	blink  *blinker
	pan    *dom.BasicHTMLElement
	tool   tool // nil: none

	down      map[int]point // where the pointers are that are pressed
	pressed   point         // where the first one was pressed
	drag      func(from, to point)
	pinch     pinch
	isClick   bool // so far
	tooling   bool // the tool has the pointer
	lastClick click
}

// point is one of the window.
type point struct{ x, y float64 }

func (p point) to(q point) float64 { return math.Hypot(q.x-p.x, q.y-p.y) }

func pointOf(e *dom.BasicEvent) point {
	return point{e.Get("clientX").Float(), e.Get("clientY").Float()}
}

// click is when and where one was.
type click struct {
	at   point
	time float64
}

const (
	clickSlack  = 4   // pixels that a click may move
	doubleSlack = 24  // pixels between two clicks
	doubleTime  = 400 // milliseconds between them
)

func newPointers(d document, v *viewer, s *seam, l *loupe, b *blinker) *pointers {
	p := &pointers{viewer: v, seam: s, loupe: l, blink: b, pan: d.element("pan"), down: map[int]point{}}
	listen(v.frame, "pointerdown", p.press)
	listen(v.frame, "pointermove", p.move)
	listen(v.frame, "pointerup", p.lift)
	listen(v.frame, "pointercancel", p.lose)
	listen(v.frame, "pointerleave", func(*dom.BasicEvent) {
		if len(p.down) == 0 {
			l.leave()
		}
	})
	// Two fingers are a pinch, not a scrolling of the page.
	listen(v.frame, "touchstart", func(e *dom.BasicEvent) {
		if e.Get("touches").Length() > 1 {
			e.PreventDefault()
		}
	})
	return p
}

func (p *pointers) press(e *dom.BasicEvent) {
	if e.Get("button").Int() != 0 || len(p.down) > 1 {
		return
	}
	e.PreventDefault() // or the focus would go to the document
	id, at := e.Get("pointerId").Int(), pointOf(e)
	p.viewer.frame.Call("setPointerCapture", id)
	p.down[id] = at
	if len(p.down) > 1 {
		p.drag, p.isClick = nil, false
		if p.tooling {
			p.tooling = false
			p.tool.cancel()
		}
		p.startPinch()
		return
	}
	p.pressed, p.isClick = at, true
	focus := p.pan
	switch {
	case p.tool != nil:
		p.tooling, p.isClick = true, false
		x, y, _ := p.viewer.pixel(at.x, at.y)
		p.tool.press(x, y)
		p.drag = func(_, to point) {
			x, y, _ := p.viewer.pixel(to.x, to.y)
			p.tool.drag(x, y)
		}
	case p.loupe.on:
		p.loupe.follow(at)
		p.drag = func(_, to point) { p.loupe.follow(to) }
	case p.seam.takes(at, p.viewer.viewport.zoom == 1):
		focus = p.seam.split.BasicHTMLElement
		p.seam.follow(at)
		p.drag = func(_, to point) { p.seam.follow(to) }
	default:
		p.drag = func(from, to point) { p.viewer.panBy(to.x-from.x, to.y-from.y) }
	}
	focus.Call("focus", map[string]any{"preventScroll": true})
}

func (p *pointers) move(e *dom.BasicEvent) {
	id, to := e.Get("pointerId").Int(), pointOf(e)
	from, known := p.down[id]
	if !known {
		p.loupe.follow(to) // a mouse above it
		return
	}
	p.isClick = p.isClick && p.pressed.to(to) <= clickSlack
	p.down[id] = to
	if len(p.down) > 1 {
		p.movePinch()
	} else if p.drag != nil && !p.isClick {
		p.drag(from, to)
	}
}

// pinch is two fingers at work: where they began, and the point of the picture
// that was between them.
type pinch struct {
	zoom, apart float64
	x, y        float64
}

// startPinch holds the picture at the middle of both fingers.
func (p *pointers) startPinch() {
	middle, apart := p.fingers()
	px, py, _ := p.viewer.place(middle.x, middle.y)
	x, y := p.viewer.viewport.at(px, py)
	p.pinch = pinch{p.viewer.viewport.zoom, apart, x, y}
}

// movePinch zooms by how far the fingers went apart, and keeps the point of the
// picture between them.
func (p *pointers) movePinch() {
	middle, apart := p.fingers()
	px, py, _ := p.viewer.place(middle.x, middle.y)
	p.viewer.hold(p.pinch.x, p.pinch.y, px, py, p.pinch.zoom*apart/p.pinch.apart)
}

// fingers is the middle between two pointers, and how far they are apart.
func (p *pointers) fingers() (middle point, apart float64) {
	var sum point
	for _, at := range p.down {
		sum.x, sum.y = sum.x+at.x, sum.y+at.y
	}
	middle = point{sum.x / 2, sum.y / 2}
	for _, at := range p.down {
		apart = 2 * middle.to(at)
	}
	return middle, max(apart, 1)
}

func (p *pointers) lift(e *dom.BasicEvent) {
	p.forget(e)
	if p.tooling {
		p.tooling = false
		p.tool.release()
	}
	if !p.isClick || len(p.down) > 0 {
		return
	}
	p.isClick = false
	at, time := pointOf(e), now()
	if time-p.lastClick.time < doubleTime && at.to(p.lastClick.at) < doubleSlack {
		p.lastClick = click{}
		p.viewer.closer(at.x, at.y)
		return
	}
	p.lastClick = click{at, time}
	if !p.loupe.on {
		p.seam.place(at)
		p.blink.change()
	}
}

// lose is for pointers that the browser takes for itself, to scroll the page.
func (p *pointers) lose(e *dom.BasicEvent) {
	p.forget(e)
	p.isClick = false
	if p.tooling {
		p.tooling = false
		p.tool.cancel()
	}
}

func (p *pointers) forget(e *dom.BasicEvent) {
	delete(p.down, e.Get("pointerId").Int())
	if len(p.down) == 0 {
		p.drag = nil
	}
	if e.Get("pointerType").String() != "mouse" {
		p.loupe.leave()
	}
}
