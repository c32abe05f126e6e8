package baseline

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// Mertens is exposure fusion. Every pixel weighs
//
//	W = contrast · saturation · well-exposedness + 10⁻¹²:
//
// the magnitude of the Laplacian of its luminance; the standard deviation of its
// channels; and Π exp(-(v - 0.5)² / (2·0.2²)) over its channels v. The Laplacian
// pyramids of the sources are blended by the Gaussian pyramids of the weights,
// which add up to 1. Saturation does not count where only luminances are fused.
//
// T. Mertens, J. Kautz, F. Van Reeth: Exposure fusion. Pacific Graphics, 2007.
var Mertens = Method{
	Name: "mertens", Title: "Exposure fusion",
	fuse: func(a, b *layers) {
		// The weights of two sources add up to 1, and so do their pyramids.
		weight := newPyramid(a.width, a.height, math.MaxInt)
		weight.reduceAll(mertensShare(mertensWeight(a), mertensWeight(b)))
		p, q := newPyramid(a.width, a.height, math.MaxInt), newPyramid(a.width, a.height, math.MaxInt)
		for c, plane := range a.planes {
			p.detail(plane)
			q.detail(b.planes[c])
			for i, l := range p {
				for j, w := range weight[i].pix {
					l.pix[j] = w*l.pix[j] + (1-w)*q[i].pix[j]
				}
			}
			copy(plane, p.collapse())
		}
	},
}

// mertensWeight is W for every pixel.
func mertensWeight(l *layers) []float32 {
	weights := make([]float32, l.width*l.height)
	sharpness(weights, l.luminance(), l.width, l.height)
	rows.Each(l.height, func(y0, y1 int) {
		for i := y0 * l.width; i < y1*l.width; i++ {
			var sum, squares, distance float64
			for _, plane := range l.planes {
				v := float64(plane[i])
				sum += v
				squares += v * v
				distance += (v - 0.5) * (v - 0.5)
			}
			saturation := 1.0
			if n := float64(len(l.planes)); n > 1 {
				saturation = math.Sqrt(max(0, squares/n-sum/n*sum/n))
			}
			exposedness := math.Exp(-distance / (2 * 0.2 * 0.2))
			weights[i] = float32(float64(weights[i])*saturation*exposedness + 1e-12)
		}
	})
	return weights
}

// mertensShare is the first weight in the sum of both. It replaces the first.
func mertensShare(a, b []float32) []float32 {
	for i, w := range b {
		a[i] /= a[i] + w
	}
	return a
}
