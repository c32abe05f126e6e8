package core

import "image"

// Picture is a source of a fusion. Implementations must allow concurrent calls.
type Picture interface {
	// Size is the picture's extent in pixels.
	Size() (width, height int)
	// ReadRow writes the colours of pixels x0 ≤ x < x1 of row y into rgb:
	// x1-x0 triples in [0,1], grey repeated three times.
	ReadRow(rgb []float32, y, x0, x1 int)
}

// Canvas receives a fused picture, row by row from the top, each row once.
type Canvas interface {
	// WriteRow takes row y: width RGB triples in [0,1], and the weight of the
	// first source in each pixel (nil where the network has none). It must not
	// keep the slices.
	WriteRow(y int, rgb, weight []float32)
}

// ByteCanvas is a Canvas of 8 bits.
type ByteCanvas interface {
	Canvas
	// WriteBytes is WriteRow where a backend has rounded the colours, as Byte does:
	// width opaque pixels of four bytes.
	WriteBytes(y int, rgba []uint8, weight []float32)
}

// RGBA is an 8-bit picture, four bytes a pixel as in a browser's ImageData:
// a Picture whose transparency is ignored, and a ByteCanvas.
type RGBA struct {
	Width, Height int
	Pix           []uint8
}

// NewRGBA returns an opaque black picture.
func NewRGBA(width, height int) *RGBA {
	p := &RGBA{Width: width, Height: height, Pix: make([]uint8, 4*width*height)}
	for i := 3; i < len(p.Pix); i += 4 {
		p.Pix[i] = 255
	}
	return p
}

// Size implements Picture.
func (p *RGBA) Size() (width, height int) { return p.Width, p.Height }

// ReadRow implements Picture.
func (p *RGBA) ReadRow(rgb []float32, y, x0, x1 int) {
	src := p.Pix[4*(y*p.Width+x0) : 4*(y*p.Width+x1)]
	for i := range x1 - x0 {
		s, d := src[4*i:4*i+4], rgb[3*i:3*i+3]
		d[0], d[1], d[2] = float32(s[0])/255, float32(s[1])/255, float32(s[2])/255
	}
}

// WriteRow implements Canvas.
func (p *RGBA) WriteRow(y int, rgb, _ []float32) {
	dst := p.Pix[4*y*p.Width : 4*(y+1)*p.Width]
	for i := range p.Width {
		d, s := dst[4*i:4*i+4], rgb[3*i:3*i+3]
		d[0], d[1], d[2], d[3] = Byte(s[0]), Byte(s[1]), Byte(s[2]), 255
	}
}

// WriteBytes implements ByteCanvas.
func (p *RGBA) WriteBytes(y int, rgba []uint8, _ []float32) { copy(p.Pix[4*y*p.Width:], rgba) }

// Byte rounds a value in [0,1] to 8 bits.
func Byte(v float32) uint8 { return uint8(float32(Clip(v)*255) + 0.5) }

// Clip brings a value into [0,1]; NaN stays what it is. Comparisons are several
// times as fast as min and max under WebAssembly, where those are calls.
func Clip(v float32) float32 {
	if v < 0 {
		return 0
	}
	if v > 1 {
		return 1
	}
	return v
}

// ReadTile copies the tile of a picture to planar RGB, 3×tile height×tile
// width in [0,1]. To the right of the picture and below it the picture goes on
// by reflection without repeating the edge pixel; an axis shorter than that
// needs repeats its edge.
func ReadTile(dst []float32, p Picture, tile image.Rectangle) {
	ReadTileRows(dst, p, tile, 0, tile.Dy())
}

// ReadTileRows is ReadTile for rows from ≤ y < to of the tile alone; dst is that
// of the whole tile.
func ReadTileRows(dst []float32, p Picture, tile image.Rectangle, from, to int) {
	width, height := p.Size()
	tw, th := tile.Dx(), tile.Dy()
	padW, padH := max(0, tile.Max.X-width), max(0, tile.Max.Y-height)
	plane := tw * th
	x0, x1 := reach(tile.Min.X, tile.Max.X, width)
	row := make([]float32, 3*(x1-x0))
	for y := from; y < to; y++ {
		p.ReadRow(row, reflect(tile.Min.Y+y, height, padH), x0, x1)
		at := y * tw
		for x := range tw {
			s := row[3*(reflect(tile.Min.X+x, width, padW)-x0):][:3]
			dst[at+x], dst[plane+at+x], dst[2*plane+at+x] = s[0], s[1], s[2]
		}
	}
}

// reach is the part of an axis of n pixels that its coordinates from ≤ i < to
// are read from, continued as ReadTile does.
func reach(from, to, n int) (lo, hi int) {
	pad := max(0, to-n)
	return min(from, max(0, n-1-pad)), min(to, n)
}

// reflect maps coordinate i of an axis of n pixels, continued by pad ones.
func reflect(i, n, pad int) int {
	if i < n {
		return i
	}
	if pad > n-1 {
		return n - 1
	}
	return 2*(n-1) - i
}
