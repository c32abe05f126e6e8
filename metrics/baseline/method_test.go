package baseline

import (
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/metrics"
)

func fuse(t testing.TB, m Method, a, b core.Picture, colour Colour) *core.RGBA {
	t.Helper()
	out := core.NewRGBA(a.Size())
	if err := m.Fuse(a, b, colour, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFusionOfAPictureWithItself(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 7}, {6, 1}, {2, 3}, {3, 3}, {17, 13}, {64, 64}, {65, 33}, {31, 130}} {
		p := photo(size[0], size[1], 3)
		want := make([]float32, 3*p.Width*p.Height)
		for y := range p.Height {
			p.ReadRow(want[3*y*p.Width:], y, 0, p.Width)
		}
		for _, m := range All {
			for _, colour := range []Colour{Both, First, Second} {
				got := &floats{width: p.Width}
				if err := m.Fuse(p, p, colour, got); err != nil {
					t.Fatal(err)
				}
				for i, v := range got.rgb {
					if math.Abs(float64(v-want[i])) > 2e-6 {
						t.Fatalf("%s of %v, colour %d: value %d is %v, want %v", m.Name, size, colour, i, v, want[i])
					}
				}
			}
		}
	}
}

func TestConstantPicturesMixToOneGrey(t *testing.T) {
	dark, light := core.NewRGBA(40, 23), core.NewRGBA(40, 23)
	for i := range dark.Pix {
		if i%4 != 3 {
			dark.Pix[i], light.Pix[i] = 50, 150
		}
	}
	// Mertens weighs nothing against nothing; the guided filter, at a tie, takes the first.
	for name, want := range map[string]uint8{"average": 100, "max": 150, "laplacian": 100, "mertens": 100, "guided": 50} {
		m, err := Named(name)
		if err != nil {
			t.Fatal(err)
		}
		out := fuse(t, m, dark, light, Both)
		for i, v := range out.Pix {
			if i%4 != 3 && v != want {
				t.Fatalf("%s: value %d is %d, want %d", name, i, v, want)
			}
		}
	}
}

func TestSharpHalvesAreKept(t *testing.T) {
	sharp := photo(160, 120, 5)
	blurred := soft(sharp)
	near, far := beside(sharp, blurred), beside(blurred, sharp)
	mean := psnr(fuse(t, Average, near, far, Both), sharp)
	sources, err := metrics.NewSources(metrics.Luminance(near), metrics.Luminance(far))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Method{Laplacian, Mertens, Guided} {
		for _, exchanged := range []bool{false, true} {
			a, b := near, far
			if exchanged {
				a, b = b, a
			}
			out := fuse(t, m, a, b, Both)
			// Exposure fusion is no method for this, but prefers contrast too.
			if gain := psnr(out, sharp) - mean; gain < 4 && m.Name != "mertens" || gain < 1 {
				t.Errorf("%s, exchanged %v: %.1f dB above the mean of the sources", m.Name, exchanged, gain)
			}
			q, _ := metrics.VIF.Of(metrics.Luminance(out), sources)
			if q < 1.1 {
				t.Errorf("%s, exchanged %v: VIF %.3f", m.Name, exchanged, q)
			}
		}
	}
}

func TestGoodExposuresAreKept(t *testing.T) {
	scene := photo(128, 96, 7)
	// The left is dark, the right is bright; each exposure suits one of them.
	light := func(gain float64) *core.RGBA {
		return change(scene, func(x, _ int, rgb [3]float64) [3]float64 {
			for c := range rgb {
				rgb[c] *= gain
				if 2*x >= scene.Width {
					rgb[c] *= 4
				}
			}
			return rgb
		})
	}
	over, under := light(1), light(0.25)
	share := mertensShare(mertensWeight(newLayers(over, rgb)), mertensWeight(newLayers(under, rgb)))
	var left, right float64
	for i, w := range share {
		if 2*(i%scene.Width) < scene.Width {
			left += float64(w)
		} else {
			right += float64(w)
		}
	}
	half := float64(len(share) / 2)
	if left/half < 0.9 || right/half > 0.1 {
		t.Errorf("the bright exposure weighs %.3f in the dark half, %.3f in the bright one", left/half, right/half)
	}
}

// testdata/reference.py made the pictures with OpenCV 4.6. Their sides are powers of
// two because it enlarges levels of odd sizes in another way.
func TestMertensAgainstOpenCV(t *testing.T) {
	got := fuse(t, Mertens, readPNG(t, "over"), readPNG(t, "under"), Both)
	want := readPNG(t, "mertens")
	if agreement := psnr(got, want); agreement < 60 {
		t.Errorf("%.1f dB", agreement)
	}
}

func readPNG(t *testing.T, name string) *core.RGBA {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	p := core.NewRGBA(img.Bounds().Dx(), img.Bounds().Dy())
	draw.Draw(&image.RGBA{Pix: p.Pix, Stride: 4 * p.Width, Rect: img.Bounds()}, img.Bounds(), img, image.Point{}, draw.Src)
	return p
}

func TestValuesStayInRange(t *testing.T) {
	a, b := photo(53, 37, 1), photo(53, 37, 2)
	extreme := func(p *core.RGBA) *core.RGBA {
		return change(p, func(_, _ int, rgb [3]float64) [3]float64 {
			for c := range rgb {
				rgb[c] = math.Round(rgb[c])
			}
			return rgb
		})
	}
	for _, m := range All {
		for _, colour := range []Colour{Both, First, Second} {
			got := &floats{width: 53}
			if err := m.Fuse(extreme(a), extreme(b), colour, got); err != nil {
				t.Fatal(err)
			}
			if len(got.rgb) != 3*53*37 {
				t.Errorf("%s writes %d values", m.Name, len(got.rgb))
			}
			for _, v := range got.rgb {
				if !(v >= -1e-6 && v <= 1+1e-6) {
					t.Fatalf("%s, colour %d: %v", m.Name, colour, v)
				}
			}
		}
	}
}

func TestResultsDoNotDependOnProcessors(t *testing.T) {
	a, b := photo(90, 300, 1), photo(90, 300, 2)
	for _, m := range All {
		on := func(n int) []float32 {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			out := &floats{width: 90}
			if err := m.Fuse(a, b, Both, out); err != nil {
				t.Fatal(err)
			}
			return out.rgb
		}
		if !slices.Equal(on(1), on(5)) {
			t.Errorf("%s differs on one processor and on five", m.Name)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, m := range All {
		if err := m.Fuse(photo(3, 4, 1), photo(4, 3, 1), Both, core.NewRGBA(3, 4)); err == nil {
			t.Errorf("%s fuses pictures of two sizes", m.Name)
		}
		if err := m.Fuse(core.NewRGBA(0, 4), core.NewRGBA(0, 4), Both, core.NewRGBA(0, 4)); err == nil {
			t.Errorf("%s fuses pictures without pixels", m.Name)
		}
	}
	if _, err := Named("magic"); err == nil {
		t.Error("a method of no name")
	}
}

func BenchmarkFuse(b *testing.B) {
	x, y := photo(640, 480, 1), photo(640, 480, 2)
	for _, m := range All {
		for name, colour := range map[string]Colour{"rgb": Both, "luminance": First} {
			b.Run(m.Name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					fuse(b, m, x, y, colour)
				}
			})
		}
	}
}
