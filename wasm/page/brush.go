//go:build js && wasm

package main

import (
	"math"
	"strconv"
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"tcmoa/internal/heatmap"
	"tcmoa/wasm/internal/settings"
)

// brush paints strokes on the result, by pointer as the stage's tool, or by keys
// on a pad that lies on the picture.
type brush struct {
	page     *page
	now      *text
	box      *dom.HTMLInputElement
	kinds    []*dom.HTMLInputElement
	ends     [2]*text
	size     *dial
	strength *dial
	none     *dom.HTMLButtonElement
	pad      *dom.BasicHTMLElement
	ring     *dom.BasicHTMLElement
	region   *dom.HTMLCanvasElement
	painted  []settings.Stroke // what the region shows
	before   view              // what the stage showed before the brush was taken

	on     bool
	kind   settings.Kind
	at     settings.Point    // of the ring
	base   settings.Settings // before the stroke at work
	stroke *settings.Stroke  // that one, or nil
}

// One arrow key moves the brush by so many thousandths of the picture, with
// Shift by fewer.
const (
	brushStep = 25
	brushFine = 5
)

func newBrush(d document, p *page) *brush {
	b := &brush{
		page: p, now: d.text("brush-now"), box: d.input("brush-on"), kinds: d.radios("brush-kind"),
		ends: [2]*text{d.text("brush-first"), d.text("brush-second")}, none: d.button("brush-clear"),
		pad: d.element("brush-pad"), ring: d.element("brush-ring"), region: d.canvas("region"),
		kind: settings.First, at: settings.Point{X: 500, Y: 500},
	}
	tell := func(unit int) func(int) string { return func(v int) string { return count(v/unit) + " %" } }
	b.size = newDial(d, "brush-size", 10, 160, tell(10), func(v int, _ bool) { b.size.show(v); b.show() })
	b.strength = newDial(d, "brush-strength", 1, 80, tell(1), func(v int, _ bool) { b.strength.show(v) })
	b.size.show(b.size.origin)
	b.strength.show(b.strength.origin)
	listen(b.box, "change", func(*dom.BasicEvent) { b.take(b.box.Checked()) })
	for _, radio := range b.kinds {
		listen(radio, "change", func(*dom.BasicEvent) {
			b.kind = settings.Kind(radio.Value()[0])
			b.show()
		})
	}
	listen(b.none, "click", func(*dom.BasicEvent) {
		s := p.settings
		s.Strokes = nil
		p.steer(s, true)
	})
	listen(b.pad, "keydown", b.key)
	listen(b.pad, "blur", func(*dom.BasicEvent) { b.release() })
	listen(p.stage.viewer.frame, "pointermove", func(e *dom.BasicEvent) {
		if at := pointOf(e); b.on {
			x, y, _ := p.stage.viewer.pixel(at.x, at.y)
			b.move(b.point(x, y))
		}
	})
	return b
}

// take takes the brush up, or lays it down. The stage shows the result alone
// meanwhile, so that all of it can be painted on.
func (b *brush) take(on bool) {
	p := b.page
	b.release()
	if on && !b.on {
		b.before = p.view
		p.view = fusedAlone
	} else if !on && b.on && p.view == fusedAlone {
		p.show(b.before)
	}
	b.on = on
	if p.stage.pointers.tool = nil; on {
		p.stage.pointers.tool = b
	}
	p.render()
	if on {
		p.stage.reveal()
	}
}

// point is a place in the picture, given in pixels.
func (b *brush) point(x, y float64) settings.Point {
	v := b.page.stage.viewer
	share := func(at float64, side int) int {
		return min(max(int(math.Round(1000*at/float64(max(side, 1)))), 0), 1000)
	}
	return settings.Point{X: share(x, v.width), Y: share(y, v.height)}
}

// press implements tool.
func (b *brush) press(x, y float64) { b.begin(b.point(x, y)) }

// drag implements tool.
func (b *brush) drag(x, y float64) { b.extend(b.point(x, y)) }

func (b *brush) begin(at settings.Point) {
	b.move(at)
	b.base = b.page.settings
	if len(b.base.Strokes) >= settings.MostStrokes {
		b.page.problem = problem("There are {n} strokes already, and a painting holds no more. Undo some, or remove it.", settings.MostStrokes)
		b.page.render()
		return
	}
	b.stroke = &settings.Stroke{Kind: b.kind, Strength: b.strength.current, Size: b.size.current, Points: []settings.Point{at}}
	b.page.steer(b.base.WithStroke(*b.stroke), false)
}

func (b *brush) extend(at settings.Point) {
	b.move(at)
	v := b.page.stage.viewer
	if b.stroke == nil || !b.stroke.Room() || !b.stroke.Far(at, v.width, v.height) {
		return
	}
	b.stroke.Points = append(b.stroke.Points[:len(b.stroke.Points):len(b.stroke.Points)], at)
	b.page.steer(b.base.WithStroke(*b.stroke), false)
}

// release implements tool.
func (b *brush) release() {
	if s := b.stroke; s != nil {
		b.stroke = nil
		b.page.steer(b.base.WithStroke(*s), true)
	}
}

// cancel implements tool.
func (b *brush) cancel() {
	if b.stroke != nil {
		b.stroke = nil
		b.page.steer(b.base, false)
	}
}

// key is the way to paint without a pointer.
func (b *brush) key(e *dom.BasicEvent) {
	step := brushStep
	if e.Get("shiftKey").Bool() {
		step = brushFine
	}
	to := b.at
	switch e.Get("key").String() {
	case "ArrowLeft":
		to.X -= step
	case "ArrowRight":
		to.X += step
	case "ArrowUp":
		to.Y -= step
	case "ArrowDown":
		to.Y += step
	case "Enter":
		if b.stroke == nil {
			b.begin(b.at)
		}
		b.release()
	case " ":
		if b.stroke == nil {
			b.begin(b.at)
			b.page.status.write(say("The brush is down."))
		} else {
			b.release()
			b.page.status.write(say("The brush is up."))
		}
	case "Escape":
		b.cancel()
	case "[":
		b.resize(-20)
	case "]":
		b.resize(20)
	default:
		return
	}
	e.PreventDefault()
	if to != b.at {
		to = settings.Point{X: min(max(to.X, 0), 1000), Y: min(max(to.Y, 0), 1000)}
		b.extend(to)
		b.page.status.write(say("Brush at {x} and {y}", percent(float64(to.X)/1000), percent(float64(to.Y)/1000)))
	}
}

func (b *brush) resize(by int) {
	b.size.show(min(max(b.size.current+by, b.size.lo), b.size.hi))
	b.show()
}

func (b *brush) move(to settings.Point) {
	b.at = to
	b.show()
}

// show puts the ring where the brush is.
func (b *brush) show() {
	v := b.page.stage.viewer
	share := func(thousandths float64) string { return strconv.FormatFloat(thousandths/10, 'f', 2, 64) + "%" }
	setProperty(b.ring, "--x", share(float64(b.at.X)))
	setProperty(b.ring, "--y", share(float64(b.at.Y)))
	setProperty(b.ring, "--size", share(float64(b.size.current)*float64(max(v.width, v.height))/float64(max(v.width, 1))))
	b.ring.SetAttribute("data-kind", string(rune(b.kind)))
}

func (b *brush) render(s *state) {
	ready := s.result != nil && !s.result.recorded
	if b.on && !ready { // there is nothing to paint on any more
		b.on, b.stroke = false, nil
		b.page.stage.pointers.tool = nil
		if s.view == fusedAlone {
			b.page.show(b.before)
		}
	}
	b.box.SetChecked(b.on)
	b.box.SetDisabled(!ready)
	setHidden(b.pad, !b.on)
	setHidden(b.ring, !b.on)
	toggle(b.page.stage.viewer.frame, "tooled", b.on)
	toggle(b.page.stage.viewer.frame, "painting", b.stroke != nil)
	for _, side := range sides {
		b.ends[side].write(s.task.part(side))
	}
	words := ""
	if n := len(s.settings.Strokes); n > 0 {
		words = plural(n, "{n} stroke", "{n} strokes")
	}
	b.now.write(words)
	disable(b.none, len(s.settings.Strokes) == 0)
	setHidden(b.region, !b.on || len(s.settings.Strokes) == 0)
	if b.on {
		b.show()
		b.paint(s)
	}
}

// paint shows what was painted.
func (b *brush) paint(s *state) {
	strokes := s.settings.Strokes
	if len(strokes) == 0 || len(b.painted) == len(strokes) && b.stroke == nil && &b.painted[0] == &strokes[0] {
		return
	}
	b.painted = strokes
	v := b.page.stage.viewer
	r := settings.NewRegion(strokes, v.width, v.height, s.variant().Cell())
	if r == nil {
		b.region.SetWidth(1) // and it is empty
		return
	}
	bytes := make([]byte, 4*len(r.Beta))
	for i, beta := range r.Beta {
		towards := 1.0
		if beta < 0 {
			towards, beta = 0, -beta
		}
		colour := heatmap.First.At(towards)
		colour[3] = byte(min(beta/settings.MostBeta, 1)*255 + 0.5)
		copy(bytes[4*i:], colour[:])
	}
	pixels := js.Global().Get("Uint8ClampedArray").New(len(bytes))
	js.CopyBytesToJS(pixels, bytes)
	b.region.SetWidth(r.Width)
	b.region.SetHeight(r.Height)
	b.region.GetContext("2d").Call("putImageData", js.Global().Get("ImageData").New(pixels, r.Width), 0, 0)
}
