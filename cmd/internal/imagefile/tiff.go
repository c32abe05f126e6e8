package imagefile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
)

// stripBytes is about how much of a picture a strip of a TIFF holds, so that
// readers can work strip by strip.
const stripBytes = 1 << 18

// encodeTIFF writes a TIFF without an alpha channel: big-endian, as
// the image package keeps its samples, in strips compressed with Deflate after
// horizontal differencing.
func encodeTIFF(w io.Writer, img image.Image) error {
	t, err := newTIFF(img)
	if err != nil {
		return err
	}
	rowsPerStrip := max(1, stripBytes/t.rowSize())
	var strips [][]byte
	for y := 0; y < t.height; y += rowsPerStrip {
		strip, err := t.strip(y, min(y+rowsPerStrip, t.height))
		if err != nil {
			return err
		}
		strips = append(strips, strip)
	}
	header, err := t.header(strips, rowsPerStrip)
	if err != nil {
		return err
	}
	for _, part := range append([][]byte{header}, strips...) {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// tiffPicture is a picture as a TIFF writer sees it.
type tiffPicture struct {
	width, height     int
	channels          int
	size              int // bytes of a sample
	pix               []uint8
	stride, pixelSize int // bytes of a row and of a pixel in pix
}

func newTIFF(img image.Image) (tiffPicture, error) {
	b := img.Bounds()
	t := tiffPicture{width: b.Dx(), height: b.Dy()}
	switch m := img.(type) {
	case *image.Gray:
		t.channels, t.size, t.pix, t.stride, t.pixelSize = 1, 1, m.Pix, m.Stride, 1
	case *image.Gray16:
		t.channels, t.size, t.pix, t.stride, t.pixelSize = 1, 2, m.Pix, m.Stride, 2
	case *image.RGBA:
		t.channels, t.size, t.pix, t.stride, t.pixelSize = 3, 1, m.Pix, m.Stride, 4
	case *image.RGBA64:
		t.channels, t.size, t.pix, t.stride, t.pixelSize = 3, 2, m.Pix, m.Stride, 8
	default:
		return t, fmt.Errorf("a %T is not written as TIFF", img)
	}
	return t, nil
}

// unit is how many bytes a pixel has in the file.
func (t tiffPicture) unit() int { return t.channels * t.size }

func (t tiffPicture) rowSize() int { return t.width * t.unit() }

// strip compresses the rows from top up to bottom.
func (t tiffPicture) strip(top, bottom int) ([]byte, error) {
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	row := make([]byte, t.rowSize())
	n := t.unit()
	for y := top; y < bottom; y++ {
		for x := range t.width {
			copy(row[x*n:(x+1)*n], t.pix[y*t.stride+x*t.pixelSize:])
		}
		t.difference(row)
		if _, err := z.Write(row); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return buf.Bytes(), err
}

// difference replaces every sample but the first pixel's by its difference from
// the pixel before.
func (t tiffPicture) difference(row []byte) {
	n := t.unit()
	if t.size == 1 {
		for i := len(row) - 1; i >= n; i-- {
			row[i] -= row[i-n]
		}
		return
	}
	for i := len(row) - 2; i >= n; i -= 2 {
		d := binary.BigEndian.Uint16(row[i:]) - binary.BigEndian.Uint16(row[i-n:])
		binary.BigEndian.PutUint16(row[i:], d)
	}
}

// tiffEntry is an entry of a TIFF directory.
type tiffEntry struct {
	tag    uint16
	kind   uint16
	values []uint32
}

// Kinds of values in a TIFF directory.
const (
	tiffShort = 3
	tiffLong  = 4
)

// header is everything before the strips: the file header, the directory, and
// behind it the values that do not fit its entries.
func (t tiffPicture) header(strips [][]byte, rowsPerStrip int) ([]byte, error) {
	photometric := uint32(2) // RGB
	if t.channels == 1 {
		photometric = 1 // black is zero
	}
	bits := make([]uint32, t.channels)
	for i := range bits {
		bits[i] = uint32(8 * t.size)
	}
	offsets, counts := make([]uint32, len(strips)), make([]uint32, len(strips))
	entries := []tiffEntry{
		{256, tiffLong, []uint32{uint32(t.width)}},
		{257, tiffLong, []uint32{uint32(t.height)}},
		{258, tiffShort, bits},
		{tagCompression, tiffShort, []uint32{8}}, // Deflate
		{262, tiffShort, []uint32{photometric}},
		{273, tiffLong, offsets},
		{277, tiffShort, []uint32{uint32(t.channels)}},
		{278, tiffLong, []uint32{uint32(rowsPerStrip)}},
		{279, tiffLong, counts},
		{tagPlanar, tiffShort, []uint32{1}}, // colours interleaved
		{317, tiffShort, []uint32{2}},       // horizontal differencing
	}
	const fileHeader = 8
	at := uint64(len(encodeDirectory(entries, fileHeader))) + fileHeader
	for i, s := range strips {
		offsets[i], counts[i] = uint32(at), uint32(len(s))
		at += uint64(len(s))
	}
	if at > math.MaxUint32 {
		return nil, errors.New("the picture is too large for a TIFF of 4 GB: write a PNG")
	}
	header := binary.BigEndian.AppendUint32([]byte("MM\x00*"), fileHeader)
	return append(header, encodeDirectory(entries, fileHeader)...), nil
}

// encodeDirectory is a directory at the given offset of a file, the last one.
func encodeDirectory(entries []tiffEntry, offset int) []byte {
	order := binary.BigEndian
	head := order.AppendUint16(nil, uint16(len(entries)))
	overflow := offset + 2 + 12*len(entries) + 4
	var tail []byte
	for _, e := range entries {
		var values []byte
		for _, v := range e.values {
			if e.kind == tiffShort {
				values = order.AppendUint16(values, uint16(v))
			} else {
				values = order.AppendUint32(values, v)
			}
		}
		head = order.AppendUint16(head, e.tag)
		head = order.AppendUint16(head, e.kind)
		head = order.AppendUint32(head, uint32(len(e.values)))
		if len(values) <= 4 {
			head = append(head, append(values, 0, 0, 0, 0)[:4]...)
			continue
		}
		head = order.AppendUint32(head, uint32(overflow+len(tail)))
		tail = append(tail, values...)
		if len(tail)%2 == 1 { // values begin at even places
			tail = append(tail, 0)
		}
	}
	return append(order.AppendUint32(head, 0), tail...)
}
