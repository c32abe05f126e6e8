package baseline

import (
	"math"
	"testing"

	"tcmoa/core"
)

func TestColourOf(t *testing.T) {
	coloured, infrared := photo(20, 10, 1), grey(photo(20, 10, 2))
	nearly := change(infrared, func(x, _ int, rgb [3]float64) [3]float64 {
		rgb[x%3] += 2. / 255
		return rgb
	})
	for _, c := range []struct {
		what string
		a, b core.Picture
		want Colour
	}{
		{"colour and grey", coloured, infrared, First},
		{"grey and colour", infrared, coloured, Second},
		{"grey but for compression", nearly, coloured, Second},
		{"two in colour", coloured, photo(20, 10, 3), Both},
		{"two grey ones", infrared, nearly, First},
	} {
		if got := ColourOf(c.a, c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
}

func TestChromaIsKept(t *testing.T) {
	visible, infrared := photo(60, 40, 1), grey(photo(60, 40, 2))
	for _, m := range All {
		for _, colour := range []Colour{First, Second} {
			a, b := visible, infrared
			if colour == Second {
				a, b = b, a
			}
			out := &floats{width: 60}
			if err := m.Fuse(a, b, colour, out); err != nil {
				t.Fatal(err)
			}
			line := make([]float32, 3*60)
			for i := range 60 * 40 {
				if i%60 == 0 {
					visible.ReadRow(line, i/60, 0, 60)
				}
				was, is := line[3*(i%60):][:3], out.rgb[3*i:][:3]
				if min(is[0], is[1], is[2]) < 1e-6 || max(is[0], is[1], is[2]) > 1-1e-6 {
					continue // out of room
				}
				oldY, newY := luma(was[0], was[1], was[2]), luma(is[0], is[1], is[2])
				for c := range was {
					if d := float64((is[c] - newY) - (was[c] - oldY)); math.Abs(d) > 1e-5 {
						t.Fatalf("%s, colour %d: channel %d of pixel %d is off its luminance by %v", m.Name, colour, c, i, d)
					}
				}
			}
		}
	}
}

func TestTintFits(t *testing.T) {
	for _, rgb := range [][3]float32{{1, 0, 0}, {0.2, 0.9, 0.4}, {0, 0, 1}, {0.5, 0.5, 0.5}, {1, 1, 0}} {
		for _, y := range []float32{0, 0.1, 0.5, 0.93, 1} {
			r, g, b := tint(y, rgb[0], rgb[1], rgb[2])
			if min(r, g, b) < -1e-6 || max(r, g, b) > 1+1e-6 {
				t.Errorf("%v at %v is %v %v %v", rgb, y, r, g, b)
			}
			if d := luma(r, g, b) - y; d > 1e-6 || d < -1e-6 {
				t.Errorf("%v at %v has luminance %v", rgb, y, y+d)
			}
			// The same hue: the differences of channels keep their ratios.
			old := luma(rgb[0], rgb[1], rgb[2])
			if cross := (r-y)*(rgb[1]-old) - (g-y)*(rgb[0]-old); cross > 1e-6 || cross < -1e-6 {
				t.Errorf("%v at %v turns to %v %v %v", rgb, y, r, g, b)
			}
		}
	}
}
