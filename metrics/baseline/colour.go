package baseline

import (
	"math"

	"tcmoa/core"
)

// Colour is where a fusion's colours come from.
type Colour int

const (
	// Both: the sources are fused in RGB. A method that selects or weighs pixels
	// does so by luminance, for the three channels alike, so that no fringes
	// of colour arise.
	Both Colour = iota
	// First: luminances are fused, and the first source's chroma is kept:
	// every pixel has its source's differences R-Y, G-Y and B-Y.
	First
	// Second is the same with the second source.
	Second
)

// greyish is the mean difference between the strongest and the weakest channel
// up to which a picture counts as grey: a lossily compressed one has some.
const greyish = 3.0 / 255

// ColourOf is the choice that suits two pictures without further knowledge: the
// chroma of the one that is coloured if the other is grey, as an infrared or an
// X-ray picture is, and else both. Two grey pictures take the first's chroma,
// which is the quickest way.
func ColourOf(a, b core.Picture) Colour {
	switch greyA, greyB := colourfulness(a) <= greyish, colourfulness(b) <= greyish; {
	case greyB:
		return First
	case greyA:
		return Second
	}
	return Both
}

// colourfulness is the mean of max(R,G,B) - min(R,G,B).
func colourfulness(p core.Picture) float64 {
	width, height := p.Size()
	row := make([]float32, 3*width)
	var sum float64
	for y := range height {
		p.ReadRow(row, y, 0, width)
		for x := range width {
			r, g, b := row[3*x], row[3*x+1], row[3*x+2]
			sum += float64(max(r, g, b) - min(r, g, b))
		}
	}
	return sum / math.Max(1, float64(width*height))
}

// luma is the luminance of a colour, by ITU-R BT.601.
func luma(r, g, b float32) float32 { return 0.299*r + 0.587*g + 0.114*b }

// tint returns the colour of luminance y that has the chroma of (r, g, b), or as
// much of it as fits: the hue and the luminance stay as they are.
func tint(y, r, g, b float32) (_, _, _ float32) {
	y = min(max(y, 0), 1)
	old := luma(r, g, b)
	r, g, b = r-old, g-old, b-old
	share := float32(1)
	if most := max(r, g, b); most > 1-y {
		share = (1 - y) / most
	}
	if least := min(r, g, b); -least*share > y {
		share = y / -least
	}
	return y + share*r, y + share*g, y + share*b
}
