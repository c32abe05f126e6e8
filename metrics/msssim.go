package metrics

import "math"

// MSSSIM is the multi-scale structural similarity to the sources. With c_j the
// mean of (2 σ_XY + C₂) / (σ_X² + σ_Y² + C₂) at scale j, each half the size of the
// one before, and s_M the SSIM at the coarsest,
//
//	MS-SSIM(X,Y) = Π_{j<M} c_j^β_j · s_M^β_M,   β = 0.0448, 0.2856, 0.3001, 0.2363, 0.1333,
//	MS-SSIM = ( MS-SSIM(F,A) + MS-SSIM(F,B) ) / 2,
//
// in [0, 1], the higher the better; negative means count as 0. A picture whose
// shorter side has less than 176 pixels has no window at the coarsest scales: it
// goes without them, and the exponents left are scaled to sum 1.
//
// Z. Wang, E. P. Simoncelli, A. C. Bovik: Multiscale structural similarity for
// image quality assessment. Asilomar Conference on Signals, Systems and
// Computers, 2003.
var MSSSIM = Metric{
	Name: "MS-SSIM", Title: "multi-scale structural similarity",
	Tasks: []string{vif, mef, mff}, Least: 11,
	of: func(f *Plane, s *Sources) float64 { return s.both(f, multiScaleSSIM) / 2 },
}

var msssimExponents = []float64{0.0448, 0.2856, 0.3001, 0.2363, 0.1333}

func multiScaleSSIM(x, y *Plane) float64 {
	var values []float64
	for {
		whole, structural := similarity(x, y)
		if len(values)+1 == len(msssimExponents) || !halvable(x) {
			return weightedProduct(append(values, whole), msssimExponents)
		}
		values = append(values, structural)
		x, y = halve(x), halve(y)
	}
}

// halvable tells whether half a picture still holds a window of SSIM.
func halvable(p *Plane) bool { return (min(p.Width, p.Height)+1)/2 >= len(ssimWindow) }

// weightedProduct is the product of the values, negative ones taken for 0, to
// the powers of as many exponents scaled to sum 1.
func weightedProduct(values, exponents []float64) float64 {
	var total float64
	for _, e := range exponents[:len(values)] {
		total += e
	}
	product := 1.0
	for i, v := range values {
		product *= math.Pow(max(v, 0), exponents[i]/total)
	}
	return product
}
