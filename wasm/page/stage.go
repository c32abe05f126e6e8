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
	asPair        view = "pair"   // the sources, before a fusion
	againstFirst  view = "first"  // the first source left of the fused picture
	againstSecond view = "second" // the second source right of it
	fusedAlone    view = "fused"
)

// stage shows the pictures: before a fusion the sources, after it the result.
type stage struct {
	page           *page
	root, frame    *dom.BasicHTMLElement
	fused          *dom.HTMLCanvasElement
	layers         [2]*dom.HTMLImageElement
	tags           [2]*text
	choices        [2]*text
	tools          *dom.BasicHTMLElement
	caption, facts *text
	seam           *seam
	shown          [2]string // URLs of the sources on show
	drawn          *result
	whole          *result // the last one that is on the canvas to its last row
	width, height  int
}

func newStage(d document, p *page) *stage {
	st := &stage{
		page:    p,
		root:    d.element("stage"),
		frame:   d.element("frame"),
		fused:   d.canvas("fused"),
		tags:    [2]*text{d.text("tag-left"), d.text("tag-right")},
		tools:   d.element("tools"),
		caption: d.text("caption"),
		facts:   d.text("facts"),
	}
	for _, s := range sides {
		st.layers[s] = d.image("layer-" + s.word())
		st.choices[s] = d.text("compare-" + s.word())
	}
	for _, radio := range d.radios("compare") {
		listen(radio, "change", func(*dom.BasicEvent) {
			p.view = view(radio.Value())
			p.render()
		})
	}
	st.seam = newSeam(d, st.frame)
	return st
}

func (st *stage) render(s *state) {
	a, _ := s.pair()
	on, t := view(""), s.task
	switch {
	case a == nil || s.mismatch() != "":
		st.root.SetAttribute("data-state", "empty")
		return
	case s.result == nil:
		on = asPair
		st.root.SetAttribute("data-state", "pair")
	default:
		on, t = s.view, s.result.task // whose names stay with it when another task is chosen
		st.root.SetAttribute("data-state", "fused")
	}
	st.resize(a.width, a.height)
	for _, side := range sides {
		picture := s.sources[side].picture
		if picture.url != st.shown[side] {
			st.shown[side] = picture.url
			st.layers[side].SetSrc(picture.url)
		}
		st.layers[side].SetAttribute("alt", "The "+side.word()+" picture: "+t.parts[side])
		st.choices[side].write(t.parts[side])
	}
	if s.result != nil && s.result != st.drawn {
		st.draw(s.result)
	}
	st.frame.SetAttribute("data-view", string(on))
	left, right := on.ends(t)
	st.tags[first].write(left)
	st.tags[second].write(right)
	st.seam.name(left, right)
	setHidden(st.tools, s.result == nil)
	st.facts.write(s.result.facts())
	caption := ""
	if s.sample != nil {
		caption = s.sample.caption
	}
	st.caption.write(caption)
}

// ends names what is left and right of the seam.
func (v view) ends(t *task) (left, right string) {
	switch v {
	case asPair:
		return t.parts[first], t.parts[second]
	case againstFirst:
		return t.parts[first], "Fused"
	case againstSecond:
		return "Fused", t.parts[second]
	default:
		return "", ""
	}
}

// facts tells where and how fast a result was computed.
func (r *result) facts() string {
	if r == nil {
		return ""
	}
	where := r.backend
	if !strings.HasPrefix(where, "GPU") {
		where += ", " + plural(r.workers, "Worker")
	}
	if r.tiles > 1 {
		where += ", " + plural(r.tiles, "tile")
	}
	return r.task.name + " fusion of " + dimensions(r.width, r.height) + " pixels took " +
		duration(r.milliseconds) + " on this device: " + where + "."
}

// resize gives the stage the picture's shape.
func (st *stage) resize(width, height int) {
	if width == st.width && height == st.height {
		return
	}
	st.width, st.height = width, height
	ratio := strconv.FormatFloat(float64(width)/float64(height), 'f', 4, 64)
	setProperty(st.root, "--ratio", ratio)
}

// stretch is how many pixels of a result are drawn at once: a few milliseconds.
const stretch = 1 << 20

// draw puts a result on the stage. A large one comes in stretches from the top,
// so that the page answers meanwhile.
func (st *stage) draw(r *result) {
	st.drawn = r
	st.fused.SetWidth(r.width)
	st.fused.SetHeight(r.height)
	context, image := st.fused.GetContext("2d"), r.image
	r.image = js.Undefined() // the canvas holds it soon
	rows := max(stretch/r.width, 1)
	put := func(y int) { context.Call("putImageData", image, 0, 0, 0, y, r.width, rows) }
	put(0)
	if rows >= r.height {
		st.whole = r
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
		st.whole = r
		st.page.render()
	}()
}

// reveal scrolls the stage into the window where it is outside.
func (st *stage) reveal() {
	behaviour := "smooth"
	if js.Global().Call("matchMedia", "(prefers-reduced-motion: reduce)").Get("matches").Bool() {
		behaviour = "auto"
	}
	st.frame.Call("scrollIntoView", map[string]any{"block": "nearest", "behavior": behaviour})
}
