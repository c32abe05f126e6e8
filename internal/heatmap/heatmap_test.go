package heatmap

import (
	"math"
	"testing"
)

func TestStatistics(t *testing.T) {
	s := StatisticsOf([]float32{1, 2, 3, 6})
	if s.Min != 1 || s.Mean != 3 || s.Max != 6 || math.Abs(s.Std-math.Sqrt(3.5)) > 1e-12 {
		t.Errorf("got %+v", s)
	}
	if s := StatisticsOf([]float32{.3, .3}); s.Std > 1e-9 {
		t.Errorf("equal values spread by %v", s.Std)
	}
}

func TestRampAt(t *testing.T) {
	for share, want := range map[float64][4]byte{
		-1: {0x4a, 0xa8, 0xe8, 255}, 0: {0x4a, 0xa8, 0xe8, 255}, 1: {0xf2, 0x92, 0x34, 255}, 2: {0xf2, 0x92, 0x34, 255},
	} {
		if got := First.At(share); got != want {
			t.Errorf("at %v: %v, want %v", share, got, want)
		}
		if got := Second.At(1 - share); got != want {
			t.Errorf("the other way, at %v: %v, want %v", share, got, want)
		}
	}
	if got := First.At(0.5); got[0] < 0xfe || got[2] < 0xee {
		t.Errorf("the middle is %v, not light", got)
	}
}
