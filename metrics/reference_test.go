package metrics

import (
	"encoding/json"
	"image"
	"image/color"
	_ "image/png"
	"math"
	"os"
	"testing"
)

// testdata/reference.py made the pictures and the values, with NumPy, SciPy and
// scikit-image:
//
//	/usr/bin/python3 metrics/testdata/reference.py
//
// The pictures have 75×61 pixels, of which 61 is prime.
func TestAgainstNumPy(t *testing.T) {
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]float64
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	s := mustPair(t, readPNG(t, "a"), readPNG(t, "b"))
	f := readPNG(t, "fused")
	for _, m := range All {
		got, err := m.Of(f, s)
		if err != nil {
			t.Error(err)
		}
		if diff := math.Abs(got - want[m.Name]); !(diff <= 2e-6*max(1, math.Abs(want[m.Name]))) {
			t.Errorf("%s = %.9f, want %.9f", m.Name, got, want[m.Name])
		}
		delete(want, m.Name)
	}
	for name := range want {
		t.Errorf("no metric %s", name)
	}
}

func readPNG(t testing.TB, name string) *Plane {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlane(img.Bounds().Dx(), img.Bounds().Dy())
	for i := range p.Pix {
		grey := color.GrayModel.Convert(img.At(i%p.Width, i/p.Width)).(color.Gray)
		p.Pix[i] = float32(grey.Y)
	}
	return p
}

func mustPair(t testing.TB, a, b *Plane) *Sources {
	t.Helper()
	s, err := NewSources(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
