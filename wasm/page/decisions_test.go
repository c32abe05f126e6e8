//go:build js && wasm

package main

import (
	"math"
	"reflect"
	"testing"

	"tcmoa/core"
)

func TestMixturesOf(t *testing.T) {
	tiny := mixturesOf(core.Config{Depth: 6, DecoderDepth: 2, Tau: 2})
	if want := []mixture{{false, 1}, {false, 3}, {false, 5}, {true, 1}}; !reflect.DeepEqual(tiny, want) {
		t.Errorf("tiny: %v", tiny)
	}
	base := mixturesOf(core.Config{Depth: 12, DecoderDepth: 8, Tau: 4, TauShift: 2})
	if want := []mixture{{false, 1}, {false, 5}, {false, 9}, {true, 1}, {true, 5}}; !reflect.DeepEqual(base, want) {
		t.Errorf("base: %v", base)
	}
}

// routed is a mixture of three experts over four tokens.
func routed() *route {
	return &route{
		prompts: [2][]float32{{.5, .6, .2, .9}, {.5, .5, .7, .1}},
		gates:   []float32{.75, .25, 0, 0, .4, .6, .5, 0, .5, 0, .1, .9},
	}
}

func TestTeams(t *testing.T) {
	teams, of := routed().teams()
	want := []team{{[]int{1, 2}, 2}, {[]int{0, 1}, 1}, {[]int{0, 2}, 1}}
	if !reflect.DeepEqual(teams, want) || !reflect.DeepEqual(of, []int{1, 0, 2, 0}) {
		t.Errorf("got %v, %v", teams, of)
	}
}

func TestParts(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }
	parts := routed().parts()
	if !near(parts[0].gate, 1.25/4) || !near(parts[0].used, .5) || !near(parts[2].used, .75) {
		t.Errorf("got %v", parts)
	}
	sum := 0.0
	for _, p := range parts {
		sum += p.gate
	}
	if !near(sum, 1) {
		t.Errorf("gates sum to %v", sum)
	}
	if sums := routed().sum(); !near(float64(sums[2]), .9) || routed().prompts[first][2] != .2 {
		t.Errorf("sums %v", sums)
	}
}

// The difference of two logits, by way of their softmax.
func TestGap(t *testing.T) {
	a, b := 1.25, -0.5
	sum := math.Exp(a) + math.Exp(b)
	if got := gap(float32(math.Exp(a)/sum), float32(math.Exp(b)/sum)); math.Abs(got-1.75) > 1e-6 {
		t.Errorf("got %v", got)
	}
	if d := dominance(.5, .5); d != 0 {
		t.Errorf("equal prompts: %v", d)
	}
	if d := dominance(1.5, -1); math.Abs(d-2*math.Log((1-1e-4)/1e-4)) > 1e-6 {
		t.Errorf("clamped prompts: %v", d)
	}
}

// A picture of 5×3 pixels in patches of 2: those at the edges are smaller.
func TestPatchMeans(t *testing.T) {
	p := prompts{rows: 2, cols: 3, cell: 2}
	got := p.patchMeans([]float32{
		0, 0, 1, 1, .5,
		0, 0, 1, 0, .25,
		1, 0, 0, 0, 1,
	}, 5)
	if want := []float32{0, .75, .375, .5, 0, 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
