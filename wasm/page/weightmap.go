//go:build js && wasm

package main

import (
	"math"
	"syscall/js"
	"time"

	"honnef.co/go/js/dom/v2"

	"tcmoa/core"
	"tcmoa/internal/heatmap"
)

// weightMap lays over the fused picture where its pixels come from.
type weightMap struct {
	toggle  *dom.BasicHTMLElement
	box     *dom.HTMLInputElement
	canvas  *dom.HTMLCanvasElement
	scale   *dom.BasicHTMLElement
	what    *text
	parts   [2]*text
	painted *result
}

func newWeightMap(d document, p *page) *weightMap {
	w := &weightMap{
		toggle: d.element("weights-switch"),
		box:    d.input("weights-on"),
		canvas: d.canvas("weights"),
		scale:  d.element("weights-scale"),
		what:   d.text("scale-of"),
	}
	for _, s := range sides {
		w.parts[s] = d.text("scale-" + s.word())
	}
	listen(w.box, "change", func(*dom.BasicEvent) { w.render(&p.state) })
	return w
}

func (w *weightMap) render(s *state) {
	known := s.result != nil && !s.result.weights.IsNull()
	on := known && w.box.Checked()
	setHidden(w.toggle, !known)
	setHidden(w.canvas, !on)
	setHidden(w.scale, !on)
	if known {
		what := say("Pixels from")
		if s.result.variant.Head == core.HeadTwoScale {
			what = say("Local means from")
		}
		w.what.write(what)
		for _, side := range sides {
			w.parts[side].write(s.result.task.part(side))
		}
	}
	if on && w.painted != s.result {
		w.painted = s.result
		go w.paint(s.result)
	}
}

// bandPixels is how much is painted at a stretch: a few milliseconds.
const bandPixels = 1 << 15

// paint colours the map in bands, and lets the page breathe between them.
func (w *weightMap) paint(r *result) {
	w.canvas.SetWidth(r.width)
	w.canvas.SetHeight(r.height)
	context := w.canvas.GetContext("2d")
	weights := js.Global().Get("Uint8Array").New(r.weights.Get("buffer"), r.weights.Get("byteOffset"), r.weights.Get("byteLength"))
	rows := max(bandPixels/r.width, 1)
	buffer := make([]byte, 4*rows*r.width) // float32 in, RGBA out
	for y := 0; y < r.height && w.painted == r; y += rows {
		band := buffer[:4*r.width*min(rows, r.height-y)]
		js.CopyBytesToGo(band, weights.Call("subarray", 4*y*r.width))
		for i := 0; i < len(band); i += 4 {
			bits := uint32(band[i]) | uint32(band[i+1])<<8 | uint32(band[i+2])<<16 | uint32(band[i+3])<<24
			weight := min(max(math.Float32frombits(bits), 0), 1)
			copy(band[i:i+4], heatmap.First[byte(weight*255+0.5)][:])
		}
		pixels := js.Global().Get("Uint8ClampedArray").New(len(band))
		js.CopyBytesToJS(pixels, band)
		context.Call("putImageData", js.Global().Get("ImageData").New(pixels, r.width), 0, y)
		time.Sleep(time.Millisecond)
	}
}
