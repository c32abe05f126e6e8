package cpu_test

import (
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
)

// least is how near int8 arithmetic must come to float32, in dB.
const least = 38

// TestInt8 fuses the sample pairs with the shipped model in both precisions.
// Of larger pictures the middle is taken: what is compared is arithmetic.
func TestInt8(t *testing.T) {
	if testing.Short() {
		t.Skip("eight pictures in two precisions take a while where the kernels are slow")
	}
	site := filepath.Join("..", "..", "site")
	model, err := quant.OpenModel(filepath.Join(site, "model", "tiny"))
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	exact := load(t, model, cpu.Options{Precision: cpu.Float32})
	quick := load(t, model, cpu.Options{Precision: cpu.Int8})

	var samples []struct{ ID, Task, A, B string }
	text, err := os.ReadFile(filepath.Join(site, "samples", "samples.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &samples); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, s := range samples {
		controls, err := core.TaskControls(exact.Config, s.Task)
		if err != nil {
			t.Fatal(err)
		}
		a, b := middle(t, filepath.Join(site, "samples", s.A)), middle(t, filepath.Join(site, "samples", s.B))
		var out [2]*core.RGBA
		for i, net := range []*core.Network{exact, quick} {
			out[i] = core.NewRGBA(a.Width, a.Height)
			if _, err := net.Fuse(context.Background(), core.Request{A: a, B: b, Controls: controls}, out[i]); err != nil {
				t.Fatal(err)
			}
		}
		db := psnr(out[0].Pix, out[1].Pix)
		t.Logf("%s: %.1f dB", s.ID, db)
		if db < least {
			t.Errorf("%s: int8 is %.1f dB from float32, want %d", s.ID, db, least)
		}
		sum += db
	}
	t.Logf("mean of %d pairs: %.1f dB", len(samples), sum/float64(len(samples)))
}

// middle reads at most 224×224 pixels of a photograph.
func middle(t *testing.T, path string) *core.RGBA {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	w, h := min(b.Dx(), 224), min(b.Dy(), 224)
	at := image.Pt((b.Dx()-w)/2, (b.Dy()-h)/2).Add(b.Min)
	p := core.NewRGBA(w, h)
	for y := range h {
		for x := range w {
			r, g, bl, _ := img.At(at.X+x, at.Y+y).RGBA()
			copy(p.Pix[4*(y*w+x):], []uint8{uint8(r >> 8), uint8(g >> 8), uint8(bl >> 8)})
		}
	}
	return p
}

// psnr is the peak signal-to-noise ratio of the colours of RGBA pixels, in dB.
func psnr(a, b []uint8) float64 {
	sum := 0.0
	for i := range a {
		d := float64(a[i]) - float64(b[i]) // alpha is 255 in both
		sum += d * d
	}
	return 10 * math.Log10(255*255*float64(len(a)/4*3)/sum)
}
