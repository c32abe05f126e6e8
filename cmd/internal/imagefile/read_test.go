package imagefile

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// read decodes a file and returns its pixels as the network sees them.
func read(t *testing.T, file []byte) (*Picture, []float32) {
	t.Helper()
	p, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	w, h := p.Size()
	rgb := make([]float32, 3*w*h)
	for y := range h {
		p.ReadRow(rgb[3*w*y:], y, 0, w)
	}
	return p, rgb
}

// TestKindsOfPixels packs a picture of one pixel of every kind that a decoder
// gives.
func TestKindsOfPixels(t *testing.T) {
	rect := image.Rect(0, 0, 1, 1)
	set := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}, c color.Color) image.Image {
		m.Set(0, 0, c)
		return m
	}
	half := color.NRGBA{R: 255, G: 51, B: 0, A: 128}
	half64 := color.NRGBA64{R: 65535, G: 13107, B: 0, A: 32768}
	for _, c := range []struct {
		name   string
		img    image.Image
		format string
		want   [3]float32
		depth  int
		grey   bool
	}{
		{"grey", set(image.NewGray(rect), color.Gray{Y: 51}), "png", [3]float32{.2, .2, .2}, 8, true},
		{"grey 16", set(image.NewGray16(rect), color.Gray16{Y: 257}), "png", [3]float32{1 / 255., 1 / 255., 1 / 255.}, 16, true},
		{"NRGBA", set(image.NewNRGBA(rect), half), "png", [3]float32{1, .2, 0}, 8, false},
		{"NRGBA 16", set(image.NewNRGBA64(rect), half64), "png", [3]float32{1, .2, 0}, 16, false},
		{"RGBA", set(image.NewRGBA(rect), half), "tiff", [3]float32{1, .2, 0}, 8, false},
		{"RGBA 16", set(image.NewRGBA64(rect), half64), "tiff", [3]float32{1, .2, 0}, 16, false},
		{"opaque RGBA", set(image.NewRGBA(rect), color.RGBA{R: 255, G: 51, A: 255}), "png", [3]float32{1, .2, 0}, 8, false},
		{"colourless RGBA", set(image.NewRGBA(rect), color.Gray{Y: 51}), "png", [3]float32{.2, .2, .2}, 8, true},
		{"paletted", set(image.NewPaletted(rect, color.Palette{color.Black, color.RGBA{R: 255, G: 51, A: 255}}), color.RGBA{R: 255, G: 51, A: 255}), "bmp", [3]float32{1, .2, 0}, 8, false},
		{"CMYK", &image.CMYK{Pix: []uint8{0, 204, 255, 0}, Stride: 4, Rect: rect}, "jpeg", [3]float32{1, .2, 0}, 8, false},
		{"YCbCr, grey", ycbcr(51, 128, 128), "jpeg", [3]float32{.2, .2, .2}, 8, true},
		{"YCbCr, black", ycbcr(0, 128, 128), "jpeg", [3]float32{0, 0, 0}, 8, true},
		{"YCbCr, white", ycbcr(255, 128, 128), "jpeg", [3]float32{1, 1, 1}, 8, true},
		{"YCbCr, video black", ycbcr(16, 128, 128), "webp", [3]float32{0, 0, 0}, 8, true},
		{"YCbCr, video white", ycbcr(235, 128, 128), "webp", [3]float32{1, 1, 1}, 8, true},
		{"YCbCr with alpha", &image.NYCbCrA{YCbCr: *ycbcr(235, 128, 128), A: []uint8{7}, AStride: 1}, "webp", [3]float32{1, 1, 1}, 8, true},
	} {
		p, err := pack(c.img, c.format, upright)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got [3]float32
		p.ReadRow(got[:], 0, 0, 1)
		for i := range got {
			// Premultiplied colours have lost a little.
			if d := got[i] - c.want[i]; d > 2.01/255 || d < -2.01/255 {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
		if p.Depth() != c.depth || p.Grey() != c.grey {
			t.Errorf("%s: %d bits, grey %v; want %d, %v", c.name, p.Depth(), p.Grey(), c.depth, c.grey)
		}
	}
}

func ycbcr(y, cb, cr uint8) *image.YCbCr {
	m := image.NewYCbCr(image.Rect(0, 0, 1, 1), image.YCbCrSubsampleRatio444)
	m.Y[0], m.Cb[0], m.Cr[0] = y, cb, cr
	return m
}

// TestPaletteOverflow: an index beyond the palette must not end the program.
func TestPaletteOverflow(t *testing.T) {
	img := image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.White})
	img.Pix[0] = 200
	if _, err := pack(img, "bmp", upright); err != nil {
		t.Fatal(err)
	}
}

// TestDepths: a value means the same with 8 bits and with 16, to the last bit.
func TestDepths(t *testing.T) {
	narrow, wide := image.NewGray(image.Rect(0, 0, 256, 1)), image.NewGray16(image.Rect(0, 0, 256, 1))
	for x := range 256 {
		narrow.SetGray(x, 0, color.Gray{Y: uint8(x)})
		wide.SetGray16(x, 0, color.Gray16{Y: uint16(257 * x)})
	}
	_, want := read(t, encoded(t, narrow, func(b *bytes.Buffer) error { return png.Encode(b, narrow) }))
	for what, file := range map[string][]byte{
		"PNG, 16 bits": encoded(t, wide, func(b *bytes.Buffer) error { return png.Encode(b, wide) }),
		"TIFF":         encoded(t, wide, func(b *bytes.Buffer) error { return tiff.Encode(b, wide, nil) }),
		"BMP":          encoded(t, narrow, func(b *bytes.Buffer) error { return bmp.Encode(b, narrow) }),
	} {
		_, got := read(t, file)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: value %d is %v, want %v", what, i/3, got[i], want[i])
				break
			}
		}
	}
}

func TestErrorsAreSentences(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 64, 64))
	whole := encoded(t, grey, func(b *bytes.Buffer) error { return jpeg.Encode(b, grey, nil) })
	pic := encoded(t, grey, func(b *bytes.Buffer) error { return png.Encode(b, grey) })
	dir := t.TempDir()
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"text.png": {[]byte("no picture"), "no picture that can be read"},
		"cut.jpg":  {whole[:len(whole)/2], "damaged"},
		"cut.png":  {pic[:40], "damaged"},
		"none.png": {nil, "no picture"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.file, 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want one with the path and %q", name, err, c.want)
		}
	}
}

// TestSizeIsCheckedFirst: a few bytes must not claim gigabytes.
func TestSizeIsCheckedFirst(t *testing.T) {
	bomb := append([]byte("BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"),
		0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0, // 65535×65535
		1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	_, err := Decode(bomb)
	if err == nil || !strings.Contains(err.Error(), "65535×65535") {
		t.Errorf("error %v, want one about 65535×65535 pixels", err)
	}
}

func TestReadable(t *testing.T) {
	for path, want := range map[string]bool{
		"a.png": true, "a.PNG": true, "x/a.jpeg": true, "a.tif": true, "a.webp": true, "a.bmp": true,
		"a.txt": false, "png": false, "a.gif": false, "": false,
	} {
		if got := Readable(path); got != want {
			t.Errorf("Readable(%q) = %v", path, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	img := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(40 * i)
	}
	f.Add(encoded(f, img, func(b *bytes.Buffer) error { return png.Encode(b, img) }))
	f.Add(encoded(f, img, func(b *bytes.Buffer) error { return jpeg.Encode(b, img, nil) }))
	f.Add(encoded(f, img, func(b *bytes.Buffer) error { return bmp.Encode(b, img) }))
	f.Add(encoded(f, img, func(b *bytes.Buffer) error { return tiff.Encode(b, img, nil) }))
	f.Fuzz(func(t *testing.T, file []byte) {
		if cfg, _, err := image.DecodeConfig(bytes.NewReader(file)); err != nil || cfg.Width > 256 || cfg.Height > 256 {
			return // large pictures are no finding, only slow
		}
		p, err := Decode(file)
		if err != nil {
			return
		}
		w, h := p.Size()
		row := make([]float32, 3*w)
		for y := range h {
			p.ReadRow(row, y, 0, w)
		}
	})
}
