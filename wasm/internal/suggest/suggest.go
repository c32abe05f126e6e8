// Package suggest tells from two pictures how they differ, and so what task they
// are for.
package suggest

import (
	"math"

	"tcmoa/core"
)

// Kind is what two pictures look like.
type Kind int

const (
	// Unsure: none of the others, or more than one.
	Unsure Kind = iota
	// Exposures: one is brighter nearly everywhere.
	Exposures
	// Focus: each is sharper somewhere, and they are equally bright.
	Focus
	// Infrared: one has no colour, and its brightness goes its own ways.
	Infrared
)

// Signs are what speaks for a kind.
type Signs struct {
	// Brighter is the mean luminance of the first picture less that of the
	// second, of 1, and Consistent the share of blocks in which the brighter one
	// is.
	Brighter, Consistent float64
	// Colour is the mean of max(R,G,B) - min(R,G,B) of either, of 1.
	Colour [2]float64
	// Correlation is that of the luminances, from -1 to 1.
	Correlation float64
	// Sharper is the share of the blocks with any detail in which the first, and
	// the second, has clearly more of it.
	Sharper [2]float64
}

// side is how many pixels a block has a side.
const side = 16

// What counts as what.
const (
	grey         = 0.02 // mean colour of a picture without any; JPEG leaves some
	coloured     = 0.04
	own          = 0.8  // correlation below which brightness goes its own ways
	brighter     = 0.06 // mean luminance
	consistently = 0.8  // of the blocks
	related      = 0.5  // correlation of exposures
	alike        = 0.9  // correlation of focus distances
	equal        = 0.04 // mean luminance of focus distances
	detail       = 0.01 // mean magnitude of the Laplacian, of 1
	clearly      = 1.5  // times as sharp
	somewhere    = 0.08 // of the blocks with detail
)

// Pair looks at two pictures of one size. They should have some 200 pixels a
// side: enough to see a blur, few enough to cost nothing.
func Pair(a, b *core.RGBA) (Kind, Signs) {
	s := signs(a, b)
	return s.kind(), s
}

func (s Signs) kind() Kind {
	difference := math.Abs(s.Brighter)
	greyOne := min(s.Colour[0], s.Colour[1]) < grey && max(s.Colour[0], s.Colour[1]) > coloured
	switch {
	case greyOne && s.Correlation < own:
		return Infrared
	case greyOne:
		return Unsure
	case difference > brighter && s.Consistent > consistently && s.Correlation > related:
		return Exposures
	case difference < equal && s.Correlation > alike && min(s.Sharper[0], s.Sharper[1]) > somewhere:
		return Focus
	default:
		return Unsure
	}
}

func signs(a, b *core.RGBA) Signs {
	var s Signs
	lumaA, colourA := luminance(a)
	lumaB, colourB := luminance(b)
	s.Colour = [2]float64{colourA, colourB}
	s.Correlation = correlation(lumaA, lumaB)

	var blocks, detailed, firstBrighter int
	for y := 0; y+side <= a.Height; y += side {
		for x := 0; x+side <= a.Width; x += side {
			meanA, sharpA := block(lumaA, a.Width, x, y)
			meanB, sharpB := block(lumaB, a.Width, x, y)
			s.Brighter += meanA - meanB
			blocks++
			if meanA > meanB {
				firstBrighter++
			}
			if max(sharpA, sharpB) < detail {
				continue
			}
			detailed++
			if sharpA > clearly*sharpB {
				s.Sharper[0]++
			}
			if sharpB > clearly*sharpA {
				s.Sharper[1]++
			}
		}
	}
	n := float64(max(blocks, 1))
	s.Brighter /= n
	s.Consistent = float64(firstBrighter) / n
	if s.Brighter < 0 {
		s.Consistent = 1 - s.Consistent
	}
	s.Sharper[0] /= float64(max(detailed, 1))
	s.Sharper[1] /= float64(max(detailed, 1))
	return s
}

// luminance is a picture's, of 1, and its mean colour.
func luminance(p *core.RGBA) (luma []float64, colour float64) {
	luma = make([]float64, p.Width*p.Height)
	for i := range luma {
		v := p.Pix[4*i : 4*i+3]
		luma[i] = (0.299*float64(v[0]) + 0.587*float64(v[1]) + 0.114*float64(v[2])) / 255
		colour += float64(max(v[0], v[1], v[2])-min(v[0], v[1], v[2])) / 255
	}
	return luma, colour / float64(max(len(luma), 1))
}

// correlation is Pearson's; 0 where one picture is constant.
func correlation(a, b []float64) float64 {
	var sumA, sumB, squaresA, squaresB, products float64
	for i, v := range a {
		sumA += v
		sumB += b[i]
		squaresA += v * v
		squaresB += b[i] * b[i]
		products += v * b[i]
	}
	n := float64(len(a))
	varianceA, varianceB := squaresA-sumA*sumA/n, squaresB-sumB*sumB/n
	if varianceA < 1e-9*n || varianceB < 1e-9*n {
		return 0
	}
	return (products - sumA*sumB/n) / math.Sqrt(varianceA*varianceB)
}

// block is the mean of a block's luminances, and of the magnitude of their
// Laplacian, which tells how sharp it is.
func block(luma []float64, width, x0, y0 int) (mean, sharpness float64) {
	for y := y0; y < y0+side; y++ {
		for x := x0; x < x0+side; x++ {
			mean += luma[y*width+x]
		}
	}
	for y := y0 + 1; y < y0+side-1; y++ {
		for x := x0 + 1; x < x0+side-1; x++ {
			i := y*width + x
			sharpness += math.Abs(4*luma[i] - luma[i-1] - luma[i+1] - luma[i-width] - luma[i+width])
		}
	}
	return mean / (side * side), sharpness / ((side - 2) * (side - 2))
}
