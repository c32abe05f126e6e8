//go:build js && wasm

package main

import (
	"math"
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"tcmoa/internal/heatmap"
)

// plot is a map over the fused picture, one square a patch.
type plot struct {
	ground *dom.HTMLCanvasElement // the fused picture
	values *dom.HTMLCanvasElement // the map; nil for the picture alone
}

// newPlot finds the canvases of a .plot.
func newPlot(root *dom.BasicHTMLElement) *plot {
	find := func(class string) *dom.HTMLCanvasElement {
		v := root.Call("querySelector", "canvas."+class)
		if v.IsNull() {
			return nil
		}
		return &dom.HTMLCanvasElement{BasicHTMLElement: wrap(v)}
	}
	return &plot{ground: find("ground"), values: find("values")}
}

// groundWidth bounds the pixels of the picture under a map.
const groundWidth = 640

// lay puts the fused picture under the map.
func (pl *plot) lay(fused *dom.HTMLCanvasElement) {
	width, height := fused.Width(), fused.Height()
	scale := min(1, groundWidth/float64(width))
	pl.ground.SetWidth(int(math.Round(float64(width) * scale)))
	pl.ground.SetHeight(int(math.Round(float64(height) * scale)))
	pl.ground.GetContext("2d").Call("drawImage", fused.Value, 0, 0, pl.ground.Width(), pl.ground.Height())
}

// paint colours every patch of a grid.
func (pl *plot) paint(cols, rows int, colour func(token int) [4]byte) {
	bytes := make([]byte, 0, 4*cols*rows)
	for i := range cols * rows {
		c := colour(i)
		bytes = append(bytes, c[:]...)
	}
	pixels := js.Global().Get("Uint8ClampedArray").New(len(bytes))
	js.CopyBytesToJS(pixels, bytes)
	pl.values.SetWidth(cols)
	pl.values.SetHeight(rows)
	pl.values.GetContext("2d").Call("putImageData", js.Global().Get("ImageData").New(pixels, cols), 0, 0)
}

// scaledPlot is a plot of numbers on a ramp of colours.
type scaledPlot struct {
	*plot
	name, stats       *text
	low, middle, high *text
	ramp              *heatmap.Ramp
}

func newScaledPlot(d document, id string, ramp *heatmap.Ramp) *scaledPlot {
	return &scaledPlot{
		plot: newPlot(wrap(d.element("values-" + id).Get("parentElement"))),
		name: d.text("map-name-" + id), stats: d.text("map-stats-" + id),
		low: d.text("low-" + id), middle: d.text("middle-" + id), high: d.text("high-" + id),
		ramp: ramp,
	}
}

// show paints values on a ramp whose middle is centre and which reaches as far as
// reach on both sides, or, where that is 0, as the values do.
func (pl *scaledPlot) show(g *prompts, values []float32, centre, reach float64) {
	s := heatmap.StatisticsOf(values)
	if reach == 0 {
		reach = max(centre-s.Min, s.Max-centre, 1e-3)
	}
	low := centre - reach
	pl.paint(g.cols, g.rows, func(i int) [4]byte { return pl.ramp.At((float64(values[i]) - low) / (2 * reach)) })
	pl.low.write(number(low, 2))
	pl.middle.write(number(centre, 2))
	pl.high.write(number(centre+reach, 2))
	pl.stats.write(inWords(s, 3))
}
