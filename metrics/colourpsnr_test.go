package metrics

import (
	"math"
	"testing"

	"tcmoa/core"
)

func TestColourPSNR(t *testing.T) {
	colours := func(rgb ...uint8) *core.RGBA {
		p := core.NewRGBA(len(rgb)/3, 1)
		for i, v := range rgb {
			p.Pix[4*(i/3)+i%3] = v
		}
		return p
	}
	truth := colours(10, 20, 30, 200, 100, 0)
	for _, c := range []struct {
		what string
		f    *core.RGBA
		want float64
	}{
		{"the truth", truth, bestPSNR},
		{"an error of 6 in one sample of six", colours(10, 26, 30, 200, 100, 0), 10 * math.Log10(255*255/6.)},
		{"an error of 3 in all", colours(13, 23, 33, 203, 103, 3), 10 * math.Log10(255*255/9.)},
		{"black and white", colours(10, 20, 30, 200, 100, 255), 10 * math.Log10(6)},
	} {
		got, err := ColourPSNR(c.f, truth)
		if err != nil || math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%s: %v, %v, want %v", c.what, got, err, c.want)
		}
	}
	for _, f := range []*core.RGBA{core.NewRGBA(1, 2), core.NewRGBA(0, 0)} {
		if _, err := ColourPSNR(f, truth); err == nil {
			t.Errorf("a picture of %d×%d pixels is compared with one of 2×1", f.Width, f.Height)
		}
	}
	if _, err := ColourPSNR(core.NewRGBA(0, 0), core.NewRGBA(0, 0)); err == nil {
		t.Error("empty pictures are measured")
	}
}
