//go:build js && wasm

package main

import (
	"math"
	"strconv"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// mode is how two pictures share the frame.
type mode string

const (
	split      mode = "split" // at a seam
	blink      mode = "blink" // one after the other
	sideBySide mode = "side"
)

// viewer is the frame and what it makes of the pictures in it: they lie one upon
// the other or side by side, under one zoom and pan. A pane is the place of a
// picture: the frame, or one of its halves.
//
// Whatever lies on a picture and is to move with it belongs into its .plate.
type viewer struct {
	frame         *dom.BasicHTMLElement
	mode          mode
	halves        bool // whether there are two panes
	width, height int  // of the pictures, in pixels
	viewport      viewport
	observers     []func() // of the viewport
}

func newViewer(d document) *viewer {
	v := &viewer{frame: d.element("frame"), mode: split, viewport: whole}
	listen(wrap(js.Global()), "resize", func(*dom.BasicEvent) { v.set(v.viewport) })
	return v
}

// A pane is as wide and high as its picture, but so that names and controls find
// room in it: of a very wide or tall picture it shows more than that.
const (
	widest  = 4.0
	tallest = 1.0 / 3
)

// paneShape is the width of a picture's pane in heights.
func paneShape(width, height int) float64 {
	return min(max(float64(width)/float64(height), tallest), widest)
}

// beside is what a pane shows around its picture, on either side, in shares of
// the pane.
func (v *viewer) beside() (x, y float64) {
	if v.height == 0 {
		return 0, 0
	}
	picture, pane := float64(v.width)/float64(v.height), paneShape(v.width, v.height)
	return max(0, 1-picture/pane) / 2, max(0, 1-pane/picture) / 2
}

// resize makes room for pictures of another size.
func (v *viewer) resize(width, height int) {
	if width != v.width || height != v.height {
		v.width, v.height = width, height
		x, y := v.beside()
		setProperty(v.frame, "--beside-x", strconv.FormatFloat(100*x, 'f', 4, 64)+"%")
		setProperty(v.frame, "--beside-y", strconv.FormatFloat(100*y, 'f', 4, 64)+"%")
		v.set(whole)
	}
}

// set shows a part of the picture.
func (v *viewer) set(to viewport) {
	v.viewport = to
	percentage := func(share float64) string { return strconv.FormatFloat(100*share, 'f', 4, 64) + "%" }
	setProperty(v.frame, "--zoom", strconv.FormatFloat(to.zoom, 'f', 5, 64))
	setProperty(v.frame, "--pan-x", percentage(-to.x*to.zoom))
	setProperty(v.frame, "--pan-y", percentage(-to.y*to.zoom))
	setProperty(v.frame, "--part-x", percentage(to.x))
	setProperty(v.frame, "--part-y", percentage(to.y))
	setProperty(v.frame, "--part", percentage(1/to.zoom))
	toggle(v.frame, "close", to.zoom > 1)
	toggle(v.frame, "squares", v.scale() >= 3) // pixels are to be seen as such
	for _, observe := range v.observers {
		observe()
	}
}

// box is a rectangle of the window, in its pixels.
type box struct{ left, top, width, height float64 }

func (b box) holds(x, y float64) bool {
	return x >= b.left && x < b.left+b.width && y >= b.top && y < b.top+b.height
}

// fit is where a pane's picture is as long as all of it is shown.
func (v *viewer) fit(pane box) box {
	x, y := v.beside()
	return box{pane.left + x*pane.width, pane.top + y*pane.height, (1 - 2*x) * pane.width, (1 - 2*y) * pane.height}
}

// panes are the places for pictures, as they are in the window just now.
func (v *viewer) panes() []box {
	r := v.frame.GetBoundingClientRect()
	all := box{r.Left(), r.Top(), r.Width(), r.Height()}
	if !v.halves {
		return []box{all}
	}
	// They share the frame's longer side, with a gap of what is left over.
	shape := paneShape(v.width, v.height)
	one := all
	if all.width/all.height > shape {
		one.width = all.height * shape
		other := one
		other.left += all.width - one.width
		return []box{one, other}
	}
	one.height = all.width / shape
	other := one
	other.top += all.height - one.height
	return []box{one, other}
}

// place is a point of the window, in shares of the pane that it is in, or that
// is nearest.
func (v *viewer) place(clientX, clientY float64) (px, py float64, inside bool) {
	panes := v.panes()
	pane := panes[0]
	for _, p := range panes[1:] {
		if clientX >= p.left && clientY >= p.top {
			pane = p
		}
	}
	fit := v.fit(pane)
	px, py = (clientX-fit.left)/fit.width, (clientY-fit.top)/fit.height
	x, y := v.viewport.at(px, py)
	return px, py, pane.holds(clientX, clientY) && x >= 0 && x <= 1 && y >= 0 && y <= 1
}

// pixel is the point of the picture that lies at a point of the window, in
// pixels of the picture: the one in row 2 and column 3 reaches from (3, 2) to
// (4, 3). inside tells whether a picture is there; outside of it the point is
// that of the picture's plane continued.
func (v *viewer) pixel(clientX, clientY float64) (x, y float64, inside bool) {
	px, py, inside := v.place(clientX, clientY)
	x, y = v.viewport.at(px, py)
	return x * float64(v.width), y * float64(v.height), inside
}

// scale is how many of the window's pixels a pixel of the picture takes.
func (v *viewer) scale() float64 {
	if v.width == 0 {
		return 1
	}
	return v.viewport.zoom * v.fit(v.panes()[0]).width / float64(v.width)
}

// deepest is the scale up to which one can zoom.
const deepest = 32

// limit is the zoom at the deepest scale.
func (v *viewer) limit() float64 {
	return max(8, deepest*v.viewport.zoom/v.scale())
}

// zoomBy zooms about a point of the window.
func (v *viewer) zoomBy(factor, clientX, clientY float64) {
	px, py, _ := v.place(clientX, clientY)
	v.set(v.viewport.zoomed(v.viewport.zoom*factor, v.limit(), px, py))
}

// hold zooms so that the picture's point (x, y) is at (px, py) of the pane.
func (v *viewer) hold(x, y, px, py, zoom float64) {
	v.set(held(x, y, px, py, min(max(zoom, 1), v.limit())))
}

// zoomStep zooms about the middle.
func (v *viewer) zoomStep(factor float64) {
	v.set(v.viewport.zoomed(v.viewport.zoom*factor, v.limit(), 0.5, 0.5))
}

// actual shows the picture's pixels as large as the window's, about a point of
// the pane. A picture smaller than its pane cannot become smaller than that.
func (v *viewer) actual(px, py float64) {
	v.set(v.viewport.zoomed(v.viewport.zoom/v.scale(), v.limit(), px, py))
}

// closer is what a double click does: the whole picture gives place to its own
// pixels about the point, or to twice the size where those are not larger; and
// anything else to the whole picture.
func (v *viewer) closer(clientX, clientY float64) {
	if v.viewport.zoom > 1 {
		v.set(whole)
		return
	}
	px, py, _ := v.place(clientX, clientY)
	v.set(whole.zoomed(max(2, 1/v.scale()), v.limit(), px, py))
}

// panBy moves the picture by pixels of the window.
func (v *viewer) panBy(dx, dy float64) {
	fit := v.fit(v.panes()[0])
	v.set(v.viewport.panned(dx/fit.width, dy/fit.height))
}

// percentage is the scale in words.
func (v *viewer) percentage() string {
	scale := 100 * v.scale()
	if scale < 9.95 {
		return number(scale, 1) + " %"
	}
	return count(int(math.Round(scale))) + " %"
}
