package recording

import (
	"bytes"
	"compress/gzip"
	"encoding/json/v2"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"tcmoa/core"
	"tcmoa/internal/heatmap"
)

// fusion is one of a 20×12 picture by a network of two mixtures of adapters.
func fusion(dir string) *Fusion {
	r := rand.New(rand.NewPCG(1, 2))
	values := func(n int, low, high float32) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = low + (high-low)*r.Float32()
		}
		return v
	}
	m := &core.Maps{Rows: 2, Cols: 3, Cell: 8}
	for range 2 {
		m.Routes = append(m.Routes, core.RouteMap{X: values(6, .4, .5), T: values(6, -.3, 1.2), Gates: values(24, 0, 1)})
	}
	m.Routes[1].T = []float32{.5, .5, .5, .5, .5, .5}
	copy(m.Routes[0].Gates, []float32{0, 0.0002, 0.9998, 0})
	return &Fusion{
		Config: core.Config{Name: "test", Experts: 4}, Task: "mef", Backend: "CPU, int8",
		Sources: [2]string{filepath.Join(dir, "samples", "a.jpg"), filepath.Join(dir, "samples", "b.jpg")},
		Fused:   image.NewRGBA(image.Rect(0, 0, 20, 12)), Quality: 90, Weight: values(240, 0, 1), Maps: m,
	}
}

// read decodes a recording as the page does.
func read(t *testing.T, dir string) (description, []byte) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, d.Maps))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	maps, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return d, maps
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	f := fusion(dir)
	if err := f.Write(filepath.Join(dir, "example")); err != nil {
		t.Fatal(err)
	}
	d, maps := read(t, filepath.Join(dir, "example"))
	if d.Width != 20 || d.Height != 12 || d.Rows != 2 || d.Cols != 3 || d.Variant.Experts != 4 {
		t.Errorf("got %+v", d)
	}
	if d.Sources != [2]string{"../samples/a.jpg", "../samples/b.jpg"} {
		t.Errorf("sources %v", d.Sources)
	}
	check := func(name string, want []float32, s scale) {
		t.Helper()
		step := float64(s.High-s.Low) / 255
		for i, v := range want {
			got := float64(s.Low) + step*float64(maps[i])
			if off := got - float64(v); off > 0.501*step+1e-7 || off < -0.501*step-1e-7 {
				t.Fatalf("%s[%d]: got %v, want %v", name, i, got, v)
			}
		}
		maps = maps[len(want):]
	}
	check("weight", f.Weight, *d.Weight)
	for j, r := range f.Maps.Routes {
		check("first", r.X, d.Routes[j].First)
		check("second", r.T, d.Routes[j].Second)
		for i, g := range r.Gates {
			if (g == 0) != (maps[i] == 0) {
				t.Errorf("gate %v became %d", g, maps[i])
			}
		}
		maps = maps[len(r.Gates):]
	}
	if len(maps) != 0 {
		t.Errorf("%d bytes too many", len(maps))
	}
}

func TestNoMixture(t *testing.T) {
	f := fusion(t.TempDir())
	f.Maps.Routes = nil
	if err := f.Write(t.TempDir()); !errors.Is(err, ErrNoMixture) {
		t.Errorf("error is %v", err)
	}
}

func TestSameFusionSameBytes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"one", "two"} {
		if err := fusion(dir).Write(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{File, fusedFile, mapsFile, promptFile} {
		one, err := os.ReadFile(filepath.Join(dir, "one", name))
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.ReadFile(filepath.Join(dir, "two", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one, two) {
			t.Errorf("%s differs", name)
		}
	}
}

// What prompt.png shows and what sums it up is what maps.bin says.
func TestPromptIsThatOfTheMaps(t *testing.T) {
	dir := t.TempDir()
	f := fusion(dir)
	if err := f.Write(dir); err != nil {
		t.Fatal(err)
	}
	d, maps := read(t, dir)
	file, err := os.Open(filepath.Join(dir, d.Prompt.File))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size != image.Pt(d.Cols, d.Rows) {
		t.Fatalf("%v pixels", size)
	}
	scale := d.Routes[0].First // a network without an encoder's mixture opens with its first
	for i, b := range maps[len(f.Weight):][:d.Rows*d.Cols] {
		want := heatmap.First.At(float64(scale.Low + (scale.High-scale.Low)/255*float32(b)))
		if got := img.At(i%d.Cols, i/d.Cols); got != (color.RGBA{want[0], want[1], want[2], want[3]}) {
			t.Errorf("token %d is %v, want %v", i, got, want)
		}
	}
	if d.Prompt.Min != float64(scale.Low) || math.Abs(d.Prompt.Max-float64(scale.High)) > 1e-6 {
		t.Errorf("from %v to %v, want %+v", d.Prompt.Min, d.Prompt.Max, scale)
	}
}
