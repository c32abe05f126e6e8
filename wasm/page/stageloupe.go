//go:build js && wasm

package main

import (
	"math"
	"strconv"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// loupe shows one place of both pictures side by side, pixel for pixel.
type loupe struct {
	viewer *viewer
	root   *dom.BasicHTMLElement
	box    *dom.HTMLInputElement
	power  *text
	lenses [2]lens
	on     bool
	pair   bool    // whether two pictures are compared
	x, y   float64 // what it shows the surroundings of, in shares of the picture
}

// lens is one half of the loupe. A source is drawn by its <img>, which browsers
// decode beside the page; only a canvas needs another to be copied to.
type lens struct {
	root   *dom.BasicHTMLElement
	image  *dom.HTMLImageElement
	canvas *dom.HTMLCanvasElement
	shown  js.Value // what it magnifies: an <img> or a <canvas> of the stage
}

// lensSide is a lens's width and height, in pixels of the window; stage.css has
// it too.
const lensSide = 136

func newLoupe(d document, v *viewer) *loupe {
	l := &loupe{viewer: v, root: d.element("loupe"), box: d.input("loupe-on"), power: d.text("loupe-power"), x: 0.5, y: 0.5}
	for i, name := range []string{"left", "right"} {
		l.lenses[i] = lens{
			root:   d.element("lens-" + name),
			image:  d.image("lens-image-" + name),
			canvas: d.canvas("lens-canvas-" + name),
		}
	}
	listen(l.box, "change", func(*dom.BasicEvent) {
		l.on = l.box.Checked()
		toggle(v.frame, "magnified", l.on)
		l.middle()
	})
	listen(d.element("pan"), "focus", func(*dom.BasicEvent) {
		if l.on && l.root.Get("hidden").Bool() {
			l.middle()
		}
	})
	v.observers = append(v.observers, l.show)
	return l
}

// compare sets what it magnifies; the right picture is js.Null() where the left
// one is alone.
func (l *loupe) compare(left, right js.Value) {
	l.pair = !right.IsNull()
	l.lenses[0].shown, l.lenses[1].shown = left, right
	setHidden(l.lenses[1].root, !l.pair)
	l.show()
}

// follow goes where a pointer is.
func (l *loupe) follow(at point) {
	if !l.on {
		return
	}
	px, py, inside := l.viewer.place(at.x, at.y)
	if !inside {
		return
	}
	l.x, l.y = l.viewer.viewport.at(px, py)
	setHidden(l.root, false)
	l.show()
}

// step goes by shares of the pane, and stays in it.
func (l *loupe) step(dx, dy float64) {
	v := l.viewer.viewport
	within := func(at, from float64) float64 { return min(max(at, from), from+1/v.zoom) }
	l.x, l.y = within(l.x+dx/v.zoom, v.x), within(l.y+dy/v.zoom, v.y)
	setHidden(l.root, false)
	l.show()
}

// middle puts it into the middle of what is shown, where there is no pointer.
func (l *loupe) middle() {
	l.x, l.y = l.viewer.viewport.at(0.5, 0.5)
	setHidden(l.root, !l.on)
	l.show()
}

func (l *loupe) leave() { setHidden(l.root, true) }

// magnification is 1 where that is more than the stage shows, otherwise twice as
// much as it does.
func (l *loupe) magnification() float64 {
	if scale := l.viewer.scale(); scale > 0.75 {
		return math.Ceil(2 * scale)
	}
	return 1
}

func (l *loupe) show() {
	if l.root.Get("hidden").Bool() || l.viewer.width == 0 {
		return
	}
	v, power := l.viewer, l.magnification()
	l.power.write(count(int(power)) + ":1")
	for _, lens := range l.lenses {
		if lens.shown.Truthy() {
			lens.show(l.x*float64(v.width), l.y*float64(v.height), float64(v.width), power)
		}
	}
	// Above the place, or below it where there is no room.
	fit := v.fit(v.panes()[0])
	frame := v.frame.GetBoundingClientRect()
	width, height := float64(lensSide), float64(lensSide)
	if l.pair {
		width *= 2
	}
	const gap = 20
	left := fit.left - frame.Left() + (l.x-v.viewport.x)*v.viewport.zoom*fit.width - width/2
	top := fit.top - frame.Top() + (l.y-v.viewport.y)*v.viewport.zoom*fit.height - height - gap
	if top < 0 {
		top += height + 2*gap
	}
	pixels := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "px" }
	setProperty(l.root, "--left", pixels(max(min(left, frame.Width()-width), 0)))
	setProperty(l.root, "--top", pixels(max(min(top, frame.Height()-height), 0)))
}

// show puts the picture's pixel (x, y) into the middle.
func (l lens) show(x, y, width, power float64) {
	isImage := l.shown.Get("tagName").String() == "IMG"
	setHidden(l.image, !isImage)
	setHidden(l.canvas, isImage)
	if isImage {
		if src := l.shown.Get("src").String(); l.image.Src() != src {
			l.image.SetSrc(src)
		}
		pixels := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "px" }
		setProperty(l.image, "--width", pixels(width*power))
		setProperty(l.image, "--x", pixels(lensSide/2-x*power))
		setProperty(l.image, "--y", pixels(lensSide/2-y*power))
		return
	}
	context := l.canvas.GetContext("2d")
	context.Set("imageSmoothingEnabled", false)
	context.Call("clearRect", 0, 0, lensSide, lensSide)
	share := l.shown.Get("width").Float() / width // a classical method's picture may be smaller
	part := lensSide / power * share
	context.Call("drawImage", l.shown, x*share-part/2, y*share-part/2, part, part, 0, 0, lensSide, lensSide)
}
