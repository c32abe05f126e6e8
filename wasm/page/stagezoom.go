//go:build js && wasm

package main

import (
	"math"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// zoomControls is what zooms and pans but the pointer on the picture: buttons,
// keys and the wheel.
type zoomControls struct {
	viewer   *viewer
	loupe    *loupe
	pan      *dom.BasicHTMLElement // takes the arrow keys
	scale    *text
	out, in  *dom.HTMLButtonElement
	fit      *dom.HTMLButtonElement
	scrolled float64 // when the page last scrolled, in milliseconds
}

// zoomFactor is one step of a button or a key.
const zoomFactor = 1.5

// One arrow key moves the view, or the loupe, by so much of the pane.
const (
	panShare   = 1.0 / 8
	loupeShare = 1.0 / 32
)

func newZoomControls(d document, v *viewer, l *loupe) *zoomControls {
	c := &zoomControls{
		viewer: v,
		loupe:  l,
		pan:    d.element("pan"),
		scale:  d.text("zoom-scale"),
		out:    d.button("zoom-out"),
		in:     d.button("zoom-in"),
		fit:    d.button("zoom-fit"),
	}
	listen(c.out, "click", func(*dom.BasicEvent) { v.zoomStep(1 / zoomFactor) })
	listen(c.in, "click", func(*dom.BasicEvent) { v.zoomStep(zoomFactor) })
	listen(c.fit, "click", func(*dom.BasicEvent) { v.set(whole) })
	listen(d.button("zoom-actual"), "click", func(*dom.BasicEvent) { v.actual(0.5, 0.5) })
	listen(d.element("viewer"), "keydown", c.key)
	listen(v.frame, "wheel", c.wheel)
	d.Value.Call("addEventListener", "scroll", js.FuncOf(func(js.Value, []js.Value) any {
		c.scrolled = now()
		return nil
	}), map[string]any{"passive": true, "capture": true})
	v.observers = append(v.observers, c.show)
	return c
}

// now is the time in milliseconds.
func now() float64 { return js.Global().Get("performance").Call("now").Float() }

// show writes the scale. A button at its end stays focusable.
func (c *zoomControls) show() {
	v := c.viewer
	c.scale.write(v.percentage())
	c.out.SetAttribute("aria-disabled", boolean(v.viewport.zoom <= 1))
	c.fit.SetAttribute("aria-disabled", boolean(v.viewport.zoom <= 1))
	c.in.SetAttribute("aria-disabled", boolean(v.viewport.zoom >= v.limit()*(1-1e-9)))
}

// key acts on keys that nothing else in the viewer has a use for; the arrows are
// the seam's, or a choice's, where those have the focus.
func (c *zoomControls) key(e *dom.BasicEvent) {
	if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() || e.Get("target").Call("matches", "select, input:not([type=range], [type=radio], [type=checkbox])").Bool() {
		return
	}
	v, key := c.viewer, e.Get("key").String()
	switch key {
	case "+", "=":
		v.zoomStep(zoomFactor)
	case "-":
		v.zoomStep(1 / zoomFactor)
	case "0":
		v.set(whole)
	case "1":
		v.actual(0.5, 0.5)
	default:
		if !e.Get("target").Equal(c.pan.Value) || !c.arrow(key) {
			return
		}
	}
	e.PreventDefault()
}

// arrow moves the loupe where there is one, and else the view, so that the
// picture goes the other way.
func (c *zoomControls) arrow(key string) bool {
	var dx, dy float64
	switch key {
	case "ArrowLeft":
		dx = -1
	case "ArrowRight":
		dx = 1
	case "ArrowUp":
		dy = -1
	case "ArrowDown":
		dy = 1
	default:
		return false
	}
	if c.loupe.on {
		c.loupe.step(loupeShare*dx, loupeShare*dy)
	} else {
		v := c.viewer
		v.set(v.viewport.panned(-panShare*dx, -panShare*dy))
	}
	return true
}

// The wheel, and two fingers on a touchpad, which come as a wheel with Ctrl: how
// far it turns, in pixels, for a zoom by e.
const (
	wheelPixels   = 300
	pinchPixels   = 100
	pixelsPerLine = 20
)

// onPage is for how long, in milliseconds, a wheel that scrolls the page goes on
// doing so when the picture comes under the pointer.
const onPage = 300

// wheel zooms. What it cannot do, since all of the picture is shown already, is
// left to the page, which scrolls; and a page that is scrolling is not stopped.
func (c *zoomControls) wheel(e *dom.BasicEvent) {
	v := c.viewer
	delta, pixels := e.Get("deltaY").Float(), float64(wheelPixels)
	if e.Get("deltaMode").Int() == 1 {
		delta *= pixelsPerLine
	}
	if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() {
		pixels = pinchPixels
	} else if v.viewport.zoom == 1 && (delta >= 0 || now()-c.scrolled < onPage) {
		return
	}
	e.PreventDefault()
	v.zoomBy(math.Exp(-delta/pixels), e.Get("clientX").Float(), e.Get("clientY").Float())
}
