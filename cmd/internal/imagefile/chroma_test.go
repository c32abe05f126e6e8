package imagefile

import (
	"image"
	"testing"
)

// TestChromaRatios: a picture of one colour keeps it for every ratio and for odd
// sizes, and nothing beyond the planes is read.
func TestChromaRatios(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		for _, size := range [][2]int{{1, 1}, {2, 2}, {3, 5}, {4, 1}, {9, 6}} {
			img := image.NewYCbCr(image.Rect(0, 0, size[0], size[1]), ratio)
			fill(img.Y, 120)
			fill(img.Cb, 90)
			fill(img.Cr, 200)
			r, g, b := fullToRGB(120, 90, 200)
			p, err := pack(img, "jpeg", upright)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(p.bytes); i += 3 {
				if p.bytes[i] != r || p.bytes[i+1] != g || p.bytes[i+2] != b {
					t.Errorf("%v, %v: pixel %d is %v, want %v", ratio, size, i/3, p.bytes[i:i+3], []uint8{r, g, b})
					break
				}
			}
		}
	}
}

func fill(p []uint8, v uint8) {
	for i := range p {
		p[i] = v
	}
}

// TestChromaIsInterpolated: a step in a half-size plane becomes a ramp of
// quarters and three quarters, in both directions.
func TestChromaIsInterpolated(t *testing.T) {
	for _, c := range []struct {
		ratio         image.YCbCrSubsampleRatio
		width, height int
	}{
		{image.YCbCrSubsampleRatio422, 4, 1},
		{image.YCbCrSubsampleRatio440, 1, 4},
		{image.YCbCrSubsampleRatio420, 4, 2},
		{image.YCbCrSubsampleRatio420, 2, 4},
	} {
		img := image.NewYCbCr(image.Rect(0, 0, c.width, c.height), c.ratio)
		img.Cb[0], img.Cb[1] = 100, 140
		want := []uint8{100, 110, 130, 140}
		chroma := newChroma(img, "jpeg")
		for y := range c.height {
			chroma.plane(chroma.cb, img.Cb, y)
			for x := range c.width {
				along := x
				if c.height > c.width {
					along = y
				}
				if got := chroma.cb[x]; got != want[along] {
					t.Errorf("%v, %d×%d: %d at (%d,%d), want %d", c.ratio, c.width, c.height, got, x, y, want[along])
				}
			}
		}
	}
}

// TestFullToRGB compares with the formula in floating point, over all colours of
// a coarse grid.
func TestFullToRGB(t *testing.T) {
	near := func(got uint8, want float64) bool {
		want = min(max(want, 0), 255)
		return float64(got)-want <= 0.51 && want-float64(got) <= 0.51
	}
	for y := 0; y < 256; y += 5 {
		for cb := 0; cb < 256; cb += 5 {
			for cr := 0; cr < 256; cr += 5 {
				l, u, v := float64(y), float64(cb)-128, float64(cr)-128
				r, g, b := fullToRGB(uint8(y), uint8(cb), uint8(cr))
				if !near(r, l+1.402*v) || !near(g, l-0.344136*u-0.714136*v) || !near(b, l+1.772*u) {
					t.Fatalf("YCbCr (%d,%d,%d) is (%d,%d,%d)", y, cb, cr, r, g, b)
				}
				l = 255. / 219 * (l - 16)
				r, g, b = studioToRGB(uint8(y), uint8(cb), uint8(cr))
				if !near(r, l+1.596027*v) || !near(g, l-0.391762*u-0.812968*v) || !near(b, l+2.017232*u) {
					t.Fatalf("video YCbCr (%d,%d,%d) is (%d,%d,%d)", y, cb, cr, r, g, b)
				}
			}
		}
	}
}
