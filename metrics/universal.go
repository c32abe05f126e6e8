package metrics

// universal is the universal image quality index of a window,
//
//	Q₀ = 4 σ_XY μ_X μ_Y / ((σ_X² + σ_Y²)(μ_X² + μ_Y²)),
//
// in [-1, 1]. As in the authors' program, the factor of two flat windows is 1,
// and so is that of two black ones.
//
// Z. Wang, A. C. Bovik: A universal image quality index. IEEE Signal Processing
// Letters 9(3), 2002.
func universal(meanX, meanY, varX, varY, cov float64) float64 {
	luminance, structure := 1.0, 1.0
	if m := meanX*meanX + meanY*meanY; m > 0 {
		luminance = 2 * meanX * meanY / m
	}
	if v := varX + varY; v > 0 {
		structure = 2 * cov / v
	}
	return luminance * structure
}

// trio slides inside a fusion and its sources.
type trio struct{ window }

func newTrio(f, a, b *Plane, taps []float64) trio {
	return trio{window{
		pictures: []*Plane{f, a, b},
		products: [][2]int{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}},
		taps:     taps, inside: true,
	}}
}

// trioStats are the means, variances and covariances within a window.
type trioStats struct{ meanF, meanA, meanB, varF, varA, varB, covFA, covFB, covAB float64 }

// similarities are Q₀(F,A), Q₀(F,B).
func (s trioStats) similarities() (fa, fb float64) {
	return universal(s.meanF, s.meanA, s.varF, s.varA, s.covFA), universal(s.meanF, s.meanB, s.varF, s.varB, s.covFB)
}

// saliency is the share of A in the variance of both sources.
func (s trioStats) saliency() float64 { return share(s.varA, s.varB) }

// share is p / (p + q), and a half of nothing.
func share(p, q float64) float64 {
	if p+q == 0 {
		return 0.5
	}
	return p / (p + q)
}

// weighted is the mean of a value over all windows, weighted; and 1 where all
// weights are 0.
func (t trio) weighted(value func(s trioStats) (v, weight float64)) float64 {
	sum, weight := t.totals(func(_ int, mean, cov [][]float64) (sum, weight float64) {
		for x := range mean[0] {
			v, w := value(trioStats{
				mean[0][x], mean[1][x], mean[2][x],
				cov[0][x], cov[1][x], cov[2][x], cov[3][x], cov[4][x], cov[5][x],
			})
			sum += v * w
			weight += w
		}
		return sum, weight
	})
	if weight == 0 {
		return 1
	}
	return sum / weight
}
