//go:build js && wasm

package main

import (
	"strconv"
	"strings"
	"syscall/js"
	"time"

	"honnef.co/go/js/dom/v2"
)

// view is what the stage compares.
type view string

const (
	asPair         view = "pair"    // the sources, before a fusion
	againstFirst   view = "first"   // the first source left of the fused picture
	againstSecond  view = "second"  // the second source right of it
	againstBefore  view = "before"  // a result that was kept left of it
	againstClassic view = "classic" // a classical method's picture left of it
	fusedAlone     view = "fused"
)

// isView tells whether a visitor can choose a view.
func isView(v view) bool { return v == againstFirst || v == againstSecond || v == fusedAlone }

// stage shows the pictures: before a fusion the sources, after it the result.
type stage struct {
	page           *page
	root           *dom.BasicHTMLElement
	still          *dom.BasicHTMLElement // the recorded example's fused picture, until it is drawn
	fused          *dom.HTMLCanvasElement
	sources        [2]*dom.HTMLImageElement
	layers         map[layer]*dom.BasicHTMLElement
	tags           [2]*text
	choices        [2]*text
	compare        *dom.BasicHTMLElement
	views          []*dom.HTMLInputElement
	modes          *dom.BasicHTMLElement
	caption, facts *text

	classic  *classicPicture
	viewer   *viewer
	seam     *seam
	blink    *blinker
	loupe    *loupe
	overview *overview
	pointers *pointers

	shown [2]string // URLs of the sources on show
	drawn *result
	whole *result // the last one that is on the canvas to its last row
}

// holds tells whether the stage shows a result to its last row that was made here:
// no preview, and not the recorded example.
func (st *stage) holds(s *state) bool {
	return s.result != nil && s.coarse == nil && st.whole == s.result && !s.result.recorded
}

// layer is a picture of the stage, by the id of its element.
type layer string

const (
	noLayer      layer = ""
	fusedLayer   layer = "fused"
	firstLayer   layer = "first"
	secondLayer  layer = "second"
	classicLayer layer = "classic"
	beforeLayer  layer = "before"
)

func newStage(d document, p *page) *stage {
	st := &stage{
		page:    p,
		root:    d.element("stage"),
		still:   d.element("still"),
		fused:   d.canvas("fused"),
		layers:  map[layer]*dom.BasicHTMLElement{},
		tags:    [2]*text{d.text("tag-left"), d.text("tag-right")},
		compare: d.element("compare"),
		modes:   d.element("modes"),
		caption: d.text("caption"),
		facts:   d.text("facts"),
	}
	for _, l := range []layer{fusedLayer, firstLayer, secondLayer, classicLayer, beforeLayer} {
		st.layers[l] = d.element("layer-" + string(l))
	}
	for _, s := range sides {
		st.sources[s] = d.image("source-" + s.word())
		st.choices[s] = d.text("compare-" + s.word())
	}
	st.views = d.radios("compare")
	for _, radio := range st.views {
		listen(radio, "change", func(*dom.BasicEvent) {
			p.show(view(radio.Value()))
			p.render()
		})
	}
	st.classic = newClassicPicture(d, p)
	st.viewer = newViewer(d)
	for _, radio := range d.radios("modes") {
		listen(radio, "change", func(*dom.BasicEvent) {
			st.viewer.mode = mode(radio.Value())
			p.render()
		})
	}
	st.seam = newSeam(d, st.viewer.frame)
	st.seam.name(st.tags[first].words, st.tags[second].words)
	st.blink = newBlinker(d, st.viewer.frame)
	st.loupe = newLoupe(d, st.viewer)
	st.overview = newOverview(d, st.viewer)
	st.pointers = newPointers(d, st.viewer, st.seam, st.loupe, st.blink)
	newZoomControls(d, st.viewer, st.loupe)
	return st
}

func (st *stage) render(s *state) {
	a, _ := s.pair()
	on, t := view(""), s.task
	if s.example == exampleAwaited {
		return // index.html shows it
	}
	defer setHidden(st.still, true)
	switch {
	case a == nil || s.mismatch() != nil:
		st.root.SetAttribute("data-state", "empty")
		st.blink.set(false)
		return
	case s.result == nil:
		on = asPair
		st.root.SetAttribute("data-state", "pair")
	default:
		on, t = s.view, s.visible().task // whose names stay with it until another's is there
		st.root.SetAttribute("data-state", s.result.look())
	}
	for _, side := range sides {
		picture := s.sources[side].picture
		if picture.url != st.shown[side] {
			st.shown[side] = picture.url
			st.sources[side].SetSrc(picture.url)
			if side == first {
				st.overview.show(picture.url)
			}
		}
		st.sources[side].SetAttribute("alt", side.describe(t.part(side)))
		st.choices[side].write(t.part(side))
	}
	if r := s.visible(); r != nil && r != st.drawn {
		st.draw(r)
	}
	setHidden(st.compare, s.result == nil)
	for _, radio := range st.views {
		radio.SetChecked(view(radio.Value()) == s.view)
	}
	if !st.classic.show(s) && on == againstClassic {
		on = fusedAlone // as long as there is nothing to compare it with
	}
	st.arrange(on, t)
	st.resize(a.width, a.height)
	st.facts.write(s.result.facts())
	caption := ""
	if s.sample != nil {
		caption = say(s.sample.caption)
	}
	st.caption.write(caption)
}

// arrange puts the pictures of a view in their places.
func (st *stage) arrange(on view, t *task) {
	v := st.viewer
	left, right := on.layers()
	for l, element := range st.layers {
		place := "none"
		switch {
		case l == left && right == noLayer:
			place = "alone"
		case l == left:
			place = "left"
		case l == right:
			place = "right"
		}
		element.SetAttribute("data-place", place)
	}
	pair := right != noLayer
	halves := pair && v.mode == sideBySide
	rearranged := halves != v.halves
	v.halves = halves
	v.frame.SetAttribute("data-view", string(on))
	v.frame.SetAttribute("data-mode", string(v.mode))
	toggle(st.root, "halves", halves)
	setHidden(st.modes, !pair)
	leftName, rightName := on.ends(t, st.page.classic)
	for i, name := range []string{leftName, rightName} {
		st.tags[i].write(name)
	}
	st.tags[first].SetAttribute("data-of", string(left))
	st.tags[second].SetAttribute("data-of", string(right))
	st.seam.on = pair && v.mode == split
	st.seam.name(leftName, rightName)
	st.blink.set(pair && v.mode == blink)
	st.loupe.compare(st.drawable(left), st.drawable(right))
	if rearranged { // and so are the panes of another size
		v.set(v.viewport)
	}
}

// layers are the pictures left and right of the seam.
func (v view) layers() (left, right layer) {
	switch v {
	case asPair:
		return firstLayer, secondLayer
	case againstFirst:
		return firstLayer, fusedLayer
	case againstSecond:
		return fusedLayer, secondLayer
	case againstBefore:
		return beforeLayer, fusedLayer
	case againstClassic:
		return classicLayer, fusedLayer
	default:
		return fusedLayer, noLayer
	}
}

// ends names them. by is the classical method.
func (v view) ends(t *task, by *method) (left, right string) {
	switch v {
	case asPair:
		return t.part(first), t.part(second)
	case againstFirst:
		return t.part(first), say("Fused")
	case againstSecond:
		return say("Fused"), t.part(second)
	case againstBefore:
		return say("Before"), say("Now")
	case againstClassic:
		return say(by.title), say("Fused")
	default:
		return "", ""
	}
}

// drawable is the element that a layer's picture can be copied from.
func (st *stage) drawable(l layer) js.Value {
	switch l {
	case fusedLayer:
		return st.fused.Value
	case firstLayer:
		return st.sources[first].Value
	case secondLayer:
		return st.sources[second].Value
	case beforeLayer:
		return st.page.before.canvas.Value
	case classicLayer:
		return st.classic.canvas.Value
	default:
		return js.Null()
	}
}

// look is the stage's state with the result on it.
func (r *result) look() string {
	if r.recorded {
		return "recorded"
	}
	return "fused"
}

// facts tells where and how fast a result was computed.
func (r *result) facts() string {
	if r == nil {
		return ""
	}
	if r.recorded {
		return say("{task} fusion of {size} pixels, recorded with the same model ({backend}) when this page was made. Fuse computes it here.",
			say(r.task.name), dimensions(r.width, r.height), r.backend)
	}
	where := r.backend
	if !strings.HasPrefix(where, "GPU") {
		where += ", " + plural(r.workers, "{n} Worker", "{n} Workers")
	}
	if r.tiles > 1 {
		where += ", " + plural(r.tiles, "{n} tile", "{n} tiles")
	}
	if r.reused > 0 {
		where += ", " + say("{share} of the layers kept from before", percent(r.reused))
	}
	return say("{task} fusion of {size} pixels took {time} on this device: {where}.",
		say(r.task.name), dimensions(r.width, r.height), duration(r.milliseconds), where)
}

// resize gives the stage the pictures' shape, and shows them as large as its
// arrangement lets it.
func (st *stage) resize(width, height int) {
	if v := st.viewer; width != v.width || height != v.height {
		setProperty(st.root, "--ratio", strconv.FormatFloat(paneShape(width, height), 'f', 4, 64))
	}
	st.viewer.resize(width, height)
}

// stretch is how many pixels of a result are drawn at once: a few milliseconds.
const stretch = 1 << 20

// draw puts a result on the stage. A large one comes in stretches from the top,
// so that the page answers meanwhile.
func (st *stage) draw(r *result) {
	if before := st.whole; before == st.drawn && before == st.page.result && r == st.page.coarse {
		before.covered = copied(st.fused)
	}
	st.drawn = r
	st.fused.SetWidth(r.width)
	st.fused.SetHeight(r.height)
	context, image := st.fused.GetContext("2d"), r.image
	if r.covered.Truthy() {
		context.Call("drawImage", r.covered, 0, 0)
		r.covered = js.Undefined()
		st.whole = r
		return
	}
	done := func() {
		st.whole = r
		r.image = js.Undefined() // the canvas holds it
	}
	rows := max(stretch/r.width, 1)
	put := func(y int) { context.Call("putImageData", image, 0, 0, 0, y, r.width, rows) }
	put(0)
	if rows >= r.height {
		done()
		return
	}
	go func() {
		for y := rows; y < r.height; y += rows {
			time.Sleep(time.Millisecond)
			if st.drawn != r {
				return
			}
			put(y)
		}
		done()
		st.page.render()
	}()
}

// has tells whether a result that was made here can be on the stage again.
func (st *stage) has(r *result) bool {
	return r != nil && !r.recorded && (st.whole == r && st.drawn == r || r.covered.Truthy() || r.image.Truthy())
}

// copied is a canvas with the same pixels.
func copied(from *dom.HTMLCanvasElement) js.Value {
	to := js.Global().Get("OffscreenCanvas").New(from.Width(), from.Height())
	to.Call("getContext", "2d").Call("drawImage", from.Value, 0, 0)
	return to
}

// reveal scrolls the stage into the window where it is outside.
func (st *stage) reveal() {
	behaviour := "smooth"
	if js.Global().Call("matchMedia", "(prefers-reduced-motion: reduce)").Get("matches").Bool() {
		behaviour = "auto"
	}
	st.viewer.frame.Call("scrollIntoView", map[string]any{"block": "nearest", "behavior": behaviour})
}
