package imagefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/tiff"
)

// painted is a canvas with a picture of every shade.
func painted(width, height, depth int, grey bool) *Canvas {
	c := NewCanvas(width, height, depth, grey)
	row := make([]float32, 3*width)
	for y := range height {
		for x := range width {
			v := float32(y*width+x) / float32(width*height-1)
			row[3*x], row[3*x+1], row[3*x+2] = v, 1-v, v*v
			if grey {
				row[3*x+1], row[3*x+2] = v, v
			}
		}
		c.WriteRow(y, row, nil)
	}
	return c
}

// TestRoundTrip writes every kind of canvas in every lossless format and reads
// it again.
func TestRoundTrip(t *testing.T) {
	for _, format := range []Format{PNG, TIFF} {
		for _, depth := range []int{8, 16} {
			for _, grey := range []bool{false, true} {
				// The last has several strips as a TIFF.
				for _, size := range [][2]int{{1, 1}, {3, 2}, {31, 17}, {301, 600}} {
					t.Run(fmt.Sprintf("%s/%d/grey=%v/%v", format, depth, grey, size), func(t *testing.T) {
						canvas := painted(size[0], size[1], depth, grey)
						path := filepath.Join(t.TempDir(), "x."+string(format))
						if err := Write(path, canvas.Image(), Options{}); err != nil {
							t.Fatal(err)
						}
						p, err := Read(path)
						if err != nil {
							t.Fatal(err)
						}
						want, err := pack(canvas.Image(), "", upright)
						if err != nil {
							t.Fatal(err)
						}
						if p.Depth() != depth || p.width != want.width || p.height != want.height {
							t.Fatalf("%d bits, %d×%d; want %d, %d×%d", p.Depth(), p.width, p.height, depth, want.width, want.height)
						}
						a, b := make([]float32, 3*p.width), make([]float32, 3*p.width)
						for y := range p.height {
							p.ReadRow(a, y, 0, p.width)
							want.ReadRow(b, y, 0, p.width)
							for i := range a {
								if a[i] != b[i] {
									t.Fatalf("row %d, value %d: %v, want %v", y, i, a[i], b[i])
								}
							}
						}
					})
				}
			}
		}
	}
}

func TestJPEG(t *testing.T) {
	canvas := painted(16, 16, 8, false)
	path := filepath.Join(t.TempDir(), "x.jpg")
	if err := Write(path, canvas.Image(), Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	p, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if p.width != 16 || p.height != 16 {
		t.Errorf("%d×%d", p.width, p.height)
	}
}

// TestTIFFHasNoAlpha reads the directory itself: three samples, and values at
// even places.
func TestTIFFHasNoAlpha(t *testing.T) {
	var buf bytes.Buffer
	if err := Encode(&buf, painted(7, 5, 16, false).Image(), TIFF, Options{}); err != nil {
		t.Fatal(err)
	}
	if n, ok := firstShort(buf.Bytes(), 277); !ok || n != 3 {
		t.Errorf("%d samples a pixel, want 3", n)
	}
	if _, ok := firstShort(buf.Bytes(), 338); ok {
		t.Error("there are extra samples")
	}
	if at := binary.BigEndian.Uint32(buf.Bytes()[8+2+2*12+8:]); at%2 != 0 {
		t.Errorf("the bits a sample stand at %d", at)
	}
	img, err := tiff.Decode(&buf)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := img.(*image.RGBA64); !ok {
		t.Errorf("it is read as %T", img)
	}
}

// TestRareTIFFs: what the decoder would read wrongly is an error.
func TestRareTIFFs(t *testing.T) {
	for tag, c := range map[uint16]struct {
		value uint16
		want  string
	}{
		tagPlanar:      {2, "separate planes"},
		tagCompression: {4, "fax"},
	} {
		var buf bytes.Buffer
		if err := Encode(&buf, painted(7, 5, 8, false).Image(), TIFF, Options{}); err != nil {
			t.Fatal(err)
		}
		entry := bytes.Index(buf.Bytes(), binary.BigEndian.AppendUint16(nil, tag))
		binary.BigEndian.PutUint16(buf.Bytes()[entry+8:], c.value)
		if _, err := Decode(buf.Bytes()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("tag %#x: error %v, want one with %q", tag, err, c.want)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]Format{
		"a.png": PNG, "A.JPG": JPEG, "a.jpeg": JPEG, "x.y/a.tif": TIFF, "a.TIFF": TIFF,
		"a": "", "a.webp": "", "a.bmp": "",
	} {
		got, err := FormatOf(path)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("FormatOf(%q) = %q, %v", path, got, err)
		}
	}
}

func TestFailedWriteLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	err := Write(filepath.Join(dir, "x.tiff"), image.NewAlpha(image.Rect(0, 0, 1, 1)), Options{})
	if err == nil {
		t.Error("a kind that no canvas makes was written")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v is left", entries, err)
	}
}

func TestWord(t *testing.T) {
	for v, want := range map[float32]uint16{
		0: 0, 1: 65535, -1: 0, 2: 65535, 0.5: 32768, 1. / 65535: 1, float32(math.Inf(1)): 65535,
	} {
		if got := Word(v); got != want {
			t.Errorf("Word(%v) = %d, want %d", v, got, want)
		}
	}
}
