// Package imagefile reads and writes picture files for the fusion: PNG, JPEG,
// TIFF, WebP and BMP of 8 and 16 bits come in, upright and as straight RGB; PNG,
// JPEG and TIFF go out. Sixteen bits stay sixteen bits.
//
// Files are hostile input: sizes are checked before memory is claimed. Colour
// values are taken as they are stored; a colour profile is not applied.
package imagefile

// MaxPixels bounds how many pixels a picture may have: far above any camera.
const MaxPixels = 1 << 28

// Picture is a decoded file: rows of pixels from the top, one sample a pixel
// (grey) or three (red, green, blue), of 8 bits or of 16. It implements
// core.Picture. Transparency is ignored: the colours are those that the file
// has under it.
type Picture struct {
	width, height int
	channels      int
	bytes         []uint8  // 8 bits; else nil
	words         []uint16 // 16 bits; else nil
}

// Size implements core.Picture.
func (p *Picture) Size() (width, height int) { return p.width, p.height }

// Depth is how many bits a sample of the file has: 8, or 16 for more than 8.
func (p *Picture) Depth() int {
	if p.words != nil {
		return 16
	}
	return 8
}

// ReadRow implements core.Picture.
func (p *Picture) ReadRow(rgb []float32, y, x0, x1 int) {
	from, to := p.channels*(y*p.width+x0), p.channels*(y*p.width+x1)
	if p.words != nil {
		spread(rgb, p.words[from:to], p.channels, 65535)
	} else {
		spread(rgb, p.bytes[from:to], p.channels, 255)
	}
}

// sample is a colour value as it is stored.
type sample interface{ uint8 | uint16 }

// spread writes samples as triples in [0,1].
func spread[T sample](rgb []float32, src []T, channels int, white float32) {
	if channels == 3 {
		for i, v := range src {
			rgb[i] = float32(v) / white
		}
		return
	}
	for i, v := range src {
		g := float32(v) / white
		rgb[3*i], rgb[3*i+1], rgb[3*i+2] = g, g, g
	}
}

// Grey reports whether the picture shows no colour, however it is stored.
func (p *Picture) Grey() bool {
	return p.channels == 1 || (colourless(p.bytes) && colourless(p.words))
}

func colourless[T sample](rgb []T) bool {
	for ; len(rgb) >= 3; rgb = rgb[3:] {
		if rgb[0] != rgb[1] || rgb[1] != rgb[2] {
			return false
		}
	}
	return true
}
