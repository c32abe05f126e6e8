package suggest

import (
	"encoding/json"
	"image"
	"image/draw"
	_ "image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"tcmoa/core"
)

// read shrinks a picture about as the page does, to sides of up to 256 pixels.
func read(t *testing.T, path string) *core.RGBA {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoded, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	b := decoded.Bounds()
	whole := image.NewRGBA(b)
	draw.Draw(whole, b, decoded, b.Min, draw.Src)
	scale := float64(max(b.Dx(), b.Dy())) / 256
	p := core.NewRGBA(int(float64(b.Dx())/scale), int(float64(b.Dy())/scale))
	for y := range p.Height {
		for x := range p.Width {
			x0, x1 := int(float64(x)*scale), int(float64(x+1)*scale)
			y0, y1 := int(float64(y)*scale), int(float64(y+1)*scale)
			for c := range 3 {
				sum, n := 0, 0
				for v := y0; v < max(y1, y0+1); v++ {
					for u := x0; u < max(x1, x0+1); u++ {
						sum += int(whole.Pix[whole.PixOffset(u, v)+c])
						n++
					}
				}
				p.Pix[4*(y*p.Width+x)+c] = uint8(sum / n)
			}
		}
	}
	return p
}

// Every sample is recognised, whichever of its pictures comes first.
func TestSamples(t *testing.T) {
	const folder = "../../../site/samples"
	text, err := os.ReadFile(filepath.Join(folder, "samples.json"))
	if err != nil {
		t.Fatal(err)
	}
	var samples []struct{ Id, Task, A, B string }
	if err := json.Unmarshal(text, &samples); err != nil || len(samples) == 0 {
		t.Fatalf("%d samples (%v)", len(samples), err)
	}
	kinds := map[string]Kind{"mef": Exposures, "mff": Focus, "vif": Infrared}
	for _, s := range samples {
		a, b := read(t, filepath.Join(folder, s.A)), read(t, filepath.Join(folder, s.B))
		for _, order := range [][2]*core.RGBA{{a, b}, {b, a}} {
			if kind, signs := Pair(order[0], order[1]); kind != kinds[s.Task] {
				t.Errorf("%s is of kind %d, want %d: %+v", s.Id, kind, kinds[s.Task], signs)
			} else {
				t.Logf("%s: %+v", s.Id, signs)
			}
		}
	}
}

// What tells nothing suggests nothing.
func TestUnsure(t *testing.T) {
	armchair := read(t, "../../../site/samples/mef-armchair-a.jpg")
	astronaut := read(t, "../../../site/samples/mff-astronaut-a.jpg")
	part := core.NewRGBA(armchair.Width, armchair.Height)
	for y := range part.Height {
		copy(part.Pix[4*y*part.Width:4*(y+1)*part.Width], astronaut.Pix[4*y*astronaut.Width:])
	}
	black, tiny := core.NewRGBA(armchair.Width, armchair.Height), core.NewRGBA(3, 2)
	for name, pair := range map[string][2]*core.RGBA{
		"a picture and itself":     {armchair, armchair},
		"two scenes":               {armchair, part},
		"two constant pictures":    {black, black},
		"pictures without a block": {tiny, tiny},
	} {
		if kind, signs := Pair(pair[0], pair[1]); kind != Unsure {
			t.Errorf("%s are of kind %d: %+v", name, kind, signs)
		}
	}
}
