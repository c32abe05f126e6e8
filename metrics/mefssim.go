package metrics

import "math"

// MEFSSIM compares the fused picture with the structure it should have taken from
// its exposures. In every 11×11 patch the desired structure R has the contrast
// of the stronger source, and the direction of their weighted sum:
//
//	R ∝ Σ_k w_k (S_k - μ_k) / ‖S_k - μ_k‖,   ‖R‖ = max_k ‖S_k - μ_k‖,
//	w_k ∝ ‖S_k - μ_k‖^p,   p = tan(π/2 · ‖Σ_k (S_k - μ_k)‖ / Σ_k ‖S_k - μ_k‖) ≤ 10,
//	q = mean (2 σ_RF + C₂) / (σ_R² + σ_F² + C₂)
//
// with SSIM's Gaussian window for σ. Three scales are combined as in MS-SSIM,
// with β ∝ 0.0448, 0.2856, 0.3001. In [0, 1], the higher the better. Luminance
// is not compared. A picture whose shorter side has less than 44 pixels goes
// without the scales that hold no patch.
//
// K. Ma, K. Zeng, Z. Wang: Perceptual quality assessment for multi-exposure image
// fusion. IEEE Transactions on Image Processing 24(11), 2015; the small constants
// against division by nought are those of the authors' program.
var MEFSSIM = Metric{
	Name: "MEF-SSIM", Title: "structural similarity for exposure fusion",
	Tasks: []string{mef}, Least: 11,
	of: func(f *Plane, s *Sources) float64 {
		var values []float64
		for _, scale := range s.structures() {
			values = append(values, scale.similarity(f))
			f = halve(f)
		}
		return weightedProduct(values, msssimExponents)
	},
}

const (
	mefScales   = 3
	mefMaxPower = 10
	mefLeastLen = 0.001                 // added to the length of a patch
	mefLeast    = 2.220446049250313e-16 // added to weights that may all be 0
)

// structure is what a fusion should show at one scale: in the patch of every
// window, weightA·(A - μ_A) + weightB·(B - μ_B).
type structure struct {
	a, b             *Plane
	weightA, weightB *Plane
}

// desiredStructures returns one structure a scale, the finest first.
func desiredStructures(a, b *Plane) []structure {
	var all []structure
	for {
		all = append(all, newStructure(a, b))
		if len(all) == mefScales || !halvable(a) {
			return all
		}
		a, b = halve(a), halve(b)
	}
}

func newStructure(a, b *Plane) structure {
	w := pairWindow(a, b, box(len(ssimWindow)))
	s := structure{a, b, NewPlane(w.size()), NewPlane(w.size())}
	side := float64(len(w.taps))
	w.each(func(y int, _, cov [][]float64) {
		rowA, rowB := s.weightA.row(y), s.weightB.row(y)
		for x := range rowA {
			varA, varB, covAB := cov[0][x], cov[1][x], cov[2][x]
			lenA, lenB := side*math.Sqrt(varA), side*math.Sqrt(varB)
			consistency := (side*math.Sqrt(max(0, varA+varB+2*covAB)) + mefLeast) / (lenA + lenB + mefLeast)
			power := min(math.Tan(math.Pi/2*min(consistency, 1)), mefMaxPower)
			lenA, lenB = lenA+mefLeastLen, lenB+mefLeastLen
			wA, wB := math.Pow(lenA/side, power)+mefLeast, math.Pow(lenB/side, power)+mefLeast
			cA, cB := wA/(wA+wB)/lenA, wB/(wA+wB)/lenB
			length := side * math.Sqrt(max(0, cA*cA*varA+cB*cB*varB+2*cA*cB*covAB))
			if length > 0 {
				scale := max(lenA, lenB) / length
				rowA[x], rowB[x] = float32(scale*cA), float32(scale*cB)
			}
		}
	})
	return s
}

// similarity is the mean of q over the windows.
func (s structure) similarity(f *Plane) float64 {
	w := window{
		pictures: []*Plane{f, s.a, s.b},
		products: [][2]int{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}},
		taps:     ssimWindow, inside: true,
	}
	sum, windows := w.totals(func(y int, _, cov [][]float64) (sum, windows float64) {
		rowA, rowB := s.weightA.row(y), s.weightB.row(y)
		for x := range rowA {
			wA, wB := float64(rowA[x]), float64(rowB[x])
			varR := wA*wA*cov[1][x] + wB*wB*cov[2][x] + 2*wA*wB*cov[5][x]
			covRF := wA*cov[3][x] + wB*cov[4][x]
			sum += (2*covRF + ssimC2) / (varR + cov[0][x] + ssimC2)
		}
		return sum, float64(len(rowA))
	})
	return sum / windows
}
