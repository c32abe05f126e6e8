package imagefile

import (
	"math"
	"testing"

	"tcmoa/core"
)

func TestShrinkSizes(t *testing.T) {
	for _, c := range []struct{ width, height, side, wantWidth, wantHeight int }{
		{640, 480, 640, 640, 480},
		{640, 480, 1000, 640, 480},
		{640, 480, 639, 639, 479},
		{480, 640, 64, 48, 64},
		{1000, 1, 10, 10, 1}, // an axis keeps a pixel
		{7, 5, 1, 1, 1},
	} {
		w, h := Shrink(core.NewRGBA(c.width, c.height), c.side).Size()
		if w != c.wantWidth || h != c.wantHeight {
			t.Errorf("%d×%d to %d: %d×%d, want %d×%d", c.width, c.height, c.side, w, h, c.wantWidth, c.wantHeight)
		}
	}
}

// TestShrinkAverages: detail that the smaller picture cannot hold evens out
// instead of turning into patterns, and colours stay.
func TestShrinkAverages(t *testing.T) {
	p := core.NewRGBA(60, 40)
	for y := range p.Height {
		for x := range p.Width {
			i := 4 * (y*p.Width + x)
			p.Pix[i], p.Pix[i+1] = uint8(200*((x+y)%2)), 77
		}
	}
	small := Shrink(p, 12)
	width, height := small.Size()
	row := make([]float32, 3*width)
	for y := range height {
		small.ReadRow(row, y, 0, width)
		for x := range width {
			for c, want := range []float64{100, 77, 0} {
				if got := 255 * float64(row[3*x+c]); math.Abs(got-want) > 8 {
					t.Fatalf("channel %d at %d, %d is %v, want about %v", c, x, y, got, want)
				}
			}
		}
	}
}

// TestShrinkKeepsSmall: a picture that is small enough keeps its depth.
func TestShrinkKeepsSmall(t *testing.T) {
	p := core.NewRGBA(9, 9)
	if Shrink(p, 9) != core.Picture(p) {
		t.Error("a picture of the right size was changed")
	}
}
