//go:build js && wasm

package main

import (
	"math"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 }

func TestZoomKeepsThePointUnderThePointer(t *testing.T) {
	v := whole
	for _, zoom := range []float64{2, 7.5, 3, 1.25} {
		px, py := 0.3, 0.8
		x, y := v.at(px, py)
		v = v.zoomed(zoom, 8, px, py)
		if gotX, gotY := v.at(px, py); !near(gotX, x) || !near(gotY, y) || v.zoom != zoom {
			t.Errorf("at zoom %v the point is (%v, %v), before it was (%v, %v)", zoom, gotX, gotY, x, y)
		}
	}
}

func TestZoomHasLimits(t *testing.T) {
	if got := whole.zoomed(99, 8, 0.5, 0.5).zoom; got != 8 {
		t.Errorf("zoomed in to %v, want 8", got)
	}
	if got := whole.zoomed(4, 8, 0.9, 0.1).zoomed(0.2, 8, 0.2, 0.6); got != whole {
		t.Errorf("zoomed out to %v, want the whole picture", got)
	}
}

func TestPanStopsAtTheEdges(t *testing.T) {
	v := whole.zoomed(4, 8, 0.5, 0.5)
	if got := v.panned(0.5, -0.25); !near(got.x, v.x-0.125) || !near(got.y, v.y+0.0625) {
		t.Errorf("panned from %v to %v", v, got)
	}
	if got := v.panned(9, 9); got.x != 0 || got.y != 0 {
		t.Errorf("panned beyond the top left corner: %v", got)
	}
	if got := v.panned(-9, -9); got.x != 0.75 || got.y != 0.75 {
		t.Errorf("panned beyond the bottom right corner: %v", got)
	}
	if got := whole.panned(0.4, 0.4); got != whole {
		t.Errorf("the whole picture moved: %v", got)
	}
}

func TestCentred(t *testing.T) {
	v := whole.zoomed(4, 8, 0, 0).centred(0.5, 0.4)
	if x, y := v.at(0.5, 0.5); !near(x, 0.5) || !near(y, 0.4) {
		t.Errorf("the centre is (%v, %v)", x, y)
	}
	if v = v.centred(0, 1); v.x != 0 || v.y != 0.75 {
		t.Errorf("centred beyond the edges: %v", v)
	}
}
