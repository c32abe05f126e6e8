package imagefile

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// orientationTIFF is a TIFF structure with nothing but an orientation.
func orientationTIFF(order binary.AppendByteOrder, o int) []byte {
	head := []byte("II*\x00")
	if order == binary.BigEndian {
		head = []byte("MM\x00*")
	}
	p := order.AppendUint32(head, 8)
	p = order.AppendUint16(p, 1)
	p = order.AppendUint16(p, tagOrientation)
	p = order.AppendUint16(p, 3)
	p = order.AppendUint32(p, 1)
	p = order.AppendUint16(p, uint16(o))
	return order.AppendUint32(order.AppendUint16(p, 0), 0)
}

// withExif puts an Exif segment into a JPEG, behind its first two bytes.
func jpegWithExif(file, tiff []byte) []byte {
	p := append([]byte{}, file[:2]...)
	p = append(p, 0xff, 0xe0, 0, 4, 'x', 'y') // another segment before it
	p = append(p, 0xff, 0xe1)
	p = binary.BigEndian.AppendUint16(p, uint16(2+len(exifMark)+len(tiff)))
	p = append(append(p, exifMark...), tiff...)
	return append(p, file[2:]...)
}

// pngWithExif puts an eXIf chunk behind a PNG's header.
func pngWithExif(file, tiff []byte) []byte {
	const header = 8 + 12 + 13
	p := append([]byte{}, file[:header]...)
	p = binary.BigEndian.AppendUint32(p, uint32(len(tiff)))
	chunk := append([]byte("eXIf"), tiff...)
	p = binary.BigEndian.AppendUint32(append(p, chunk...), crc32.ChecksumIEEE(chunk))
	return append(p, file[header:]...)
}

// webpWithExif is no picture, but a container with an Exif chunk.
func webpWithExif(tiff []byte) []byte {
	p := []byte("WEBPVP8L\x03\x00\x00\x00abc\x00EXIF") // an odd chunk, padded, before it
	p = append(binary.LittleEndian.AppendUint32(p, uint32(len(tiff))), tiff...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(p))), p...)
}

func encoded(t testing.TB, img image.Image, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := encode(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestOrientationIsFound(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 8, 8))
	jpg := encoded(t, grey, func(b *bytes.Buffer) error { return jpeg.Encode(b, grey, nil) })
	pic := encoded(t, grey, func(b *bytes.Buffer) error { return png.Encode(b, grey) })
	for o := 1; o <= 8; o++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			tiff := orientationTIFF(order, o)
			for what, file := range map[string][]byte{
				"JPEG":                    jpegWithExif(jpg, tiff),
				"PNG":                     pngWithExif(pic, tiff),
				"WebP":                    webpWithExif(tiff),
				"WebP with a JPEG's mark": webpWithExif(append(bytes.Clone(exifMark), tiff...)),
				"TIFF":                    tiff,
			} {
				if got := orientation(file); got != placement(o) {
					t.Errorf("%s, %v: orientation %d, want %d", what, order, got, o)
				}
			}
		}
	}
}

func TestOrientationOfNonsense(t *testing.T) {
	whole := orientationTIFF(binary.LittleEndian, 6)
	for n := range len(whole) - 4 { // every cut before the end of the entry
		if n >= 20 {
			break
		}
		if got := orientation(whole[:n]); got != upright {
			t.Errorf("cut at %d: orientation %d, want none", n, got)
		}
	}
	for _, o := range []int{0, 9, 65535} {
		if got := orientation(orientationTIFF(binary.BigEndian, o)); got != upright {
			t.Errorf("orientation %d is taken for %d", o, got)
		}
	}
}

// TestTurn checks all orientations by the definition in the Exif standard: where
// the stored first row and first column belong in the upright picture.
func TestTurn(t *testing.T) {
	// The upright picture, and as it is stored for each orientation.
	const want = "abc" + "def"
	stored := map[placement]struct {
		width, height int
		pixels        string
	}{
		1: {3, 2, "abc" + "def"},
		2: {3, 2, "cba" + "fed"},
		3: {3, 2, "fed" + "cba"},
		4: {3, 2, "def" + "abc"},
		5: {2, 3, "ad" + "be" + "cf"},
		6: {2, 3, "cf" + "be" + "ad"},
		7: {2, 3, "fc" + "eb" + "da"},
		8: {2, 3, "da" + "eb" + "fc"},
	}
	for o, s := range stored {
		for _, channels := range []int{1, 3} {
			got := make([]uint8, channels*len(want))
			w, h := turn(got, channels, s.width, s.height, o, func(dst []uint8, y int) {
				for i := range dst {
					dst[i] = s.pixels[y*s.width+i/channels] + uint8(i%channels)
				}
			})
			if w != 3 || h != 2 {
				t.Errorf("orientation %d: %d×%d, want 3×2", o, w, h)
			}
			for i := range got {
				if got[i] != want[i/channels]+uint8(i%channels) {
					t.Errorf("orientation %d, %d channels: %q, want %q", o, channels, got, want)
					break
				}
			}
		}
	}
}

// TestDecodeTurns goes through a whole file of 16 bits.
func TestDecodeTurns(t *testing.T) {
	img := image.NewGray16(image.Rect(0, 0, 2, 1))
	img.SetGray16(0, 0, color.Gray16{Y: 1000})
	img.SetGray16(1, 0, color.Gray16{Y: 2000})
	file := encoded(t, img, func(b *bytes.Buffer) error { return png.Encode(b, img) })
	p, err := Decode(pngWithExif(file, orientationTIFF(binary.BigEndian, 8)))
	if err != nil {
		t.Fatal(err)
	}
	if w, h := p.Size(); w != 1 || h != 2 || p.words[0] != 2000 || p.words[1] != 1000 {
		t.Errorf("%d×%d with %v, want 1×2 with 2000 above 1000", w, h, p.words)
	}
}

func FuzzOrientation(f *testing.F) {
	grey := image.NewGray(image.Rect(0, 0, 1, 1))
	jpg := encoded(f, grey, func(b *bytes.Buffer) error { return jpeg.Encode(b, grey, nil) })
	pic := encoded(f, grey, func(b *bytes.Buffer) error { return png.Encode(b, grey) })
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		tiff := orientationTIFF(order, 6)
		f.Add(tiff)
		f.Add(jpegWithExif(jpg, tiff))
		f.Add(pngWithExif(pic, tiff))
		f.Add(webpWithExif(tiff))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if o := orientation(file); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		planar(file)
		faxed(file)
	})
}
