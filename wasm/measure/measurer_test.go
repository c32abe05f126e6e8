//go:build js && wasm

package main

import (
	"math"
	"slices"
	"syscall/js"
	"testing"

	"tcmoa/core"
	"tcmoa/metrics"
	"tcmoa/metrics/baseline"
)

// pattern is a picture of stripes.
func pattern(width, height, period int) *core.RGBA {
	p := core.NewRGBA(width, height)
	for i := range width * height {
		p.Pix[4*i] = byte(i * 7 / period * 40)
		p.Pix[4*i+1] = byte(i / width * 3)
		p.Pix[4*i+2] = byte(i % period * 9)
	}
	return p
}

// image is one as site/measure.js hands it over. Node has no ImageData.
func image(p *core.RGBA) js.Value {
	data := js.Global().Get("Uint8ClampedArray").New(len(p.Pix))
	js.CopyBytesToJS(data, p.Pix)
	object := js.Global().Get("Object").New()
	object.Set("width", p.Width)
	object.Set("height", p.Height)
	object.Set("data", data)
	return object
}

// What the page gets is what package metrics computes, all of it.
func TestFigures(t *testing.T) {
	a, b := pattern(96, 80, 5), pattern(96, 80, 11)
	m := newMeasurer()
	if err := m.setSources(image(a), image(b)); err != nil {
		t.Fatal(err)
	}
	fused, err := m.fuse("laplacian")
	if err != nil {
		t.Fatal(err)
	}
	want := core.NewRGBA(96, 80)
	if err := baseline.Laplacian.Fuse(a, b, baseline.ColourOf(a, b), want); err != nil || !slices.Equal(fused.Pix, want.Pix) {
		t.Fatalf("the fusion differs from package baseline's (%v)", err)
	}
	sources, _ := metrics.NewSources(metrics.Luminance(a), metrics.Luminance(b))
	var names []string
	err = m.figures(fused, func(metric metrics.Metric, value float64, known bool) {
		names = append(names, metric.Name)
		want, err := metric.Of(metrics.Luminance(fused), sources)
		if known != (err == nil) || math.Float64bits(value) != math.Float64bits(want) {
			t.Errorf("%s is %v, want %v (%v)", metric.Name, value, want, err)
		}
	})
	if err != nil || len(names) != len(metrics.All) {
		t.Errorf("%d of %d figures (%v)", len(names), len(metrics.All), err)
	}
	if got := names[len(names)-2:]; !slices.Equal(got, slow) {
		t.Errorf("the last figures are %q, want %q", got, slow)
	}
}

func TestMeasurerRefuses(t *testing.T) {
	m := newMeasurer()
	if _, err := m.fuse("average"); err != errNoPair {
		t.Errorf("a fusion without a pair: %v", err)
	}
	if err := m.setSources(image(pattern(40, 40, 3)), image(pattern(40, 41, 3))); err == nil {
		t.Error("pictures of different sizes were taken")
	}
	if err := m.setSources(image(pattern(40, 40, 3)), image(pattern(40, 40, 4))); err != nil {
		t.Fatal(err)
	}
	if _, err := m.fuse("magic"); err == nil || sentence(err) != "Unknown method \"magic\"." {
		t.Errorf("an unknown method: %v", err)
	}
	if err := m.figures(pattern(41, 40, 3), func(metrics.Metric, float64, bool) {}); err == nil {
		t.Error("a fusion of another size was measured")
	}
}
