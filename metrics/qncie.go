package metrics

import "math"

// Qncie is the nonlinear correlation information entropy of the three pictures.
// With the nonlinear correlation of two, NCC(X,Y) = I(X;Y) / log₂ 256, and the
// eigenvalues λ of the symmetric matrix that has NCC(A,B), NCC(A,F), NCC(B,F)
// off its diagonal and 1 on it,
//
//	Qncie = 1 + Σ_i (λ_i/3) log₂₅₆ (λ_i/3),
//
// from 1 - log₂₅₆ 3 ≈ 0.802 where the pictures have nothing in common to 1, the
// higher the better.
//
// Q. Wang, Y. Shen, J. Jin: Performance evaluation of image fusion techniques.
// In T. Stathaki (ed.): Image Fusion: Algorithms and Applications, 2008.
var Qncie = Metric{
	Name: "Qncie", Title: "nonlinear correlation information entropy",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		correlation := func(p, q *Plane) float64 { return newInformation(p, q).mutual() / math.Log2(levels) }
		q := 1.0
		for _, l := range unitEigenvalues(correlation(s.A, s.B), correlation(s.A, f), correlation(s.B, f)) {
			if l > 0 {
				q += l / 3 * math.Log(l/3) / math.Log(levels)
			}
		}
		return q
	},
}

// unitEigenvalues returns the eigenvalues of [1 x y; x 1 z; y z 1]
// (O. K. Smith: Eigenvalues of a symmetric 3×3 matrix. Communications of the
// ACM 4(4), 1961).
func unitEigenvalues(x, y, z float64) [3]float64 {
	p := math.Sqrt((x*x + y*y + z*z) / 3)
	if p == 0 {
		return [3]float64{1, 1, 1}
	}
	angle := math.Acos(min(max(x*y*z/(p*p*p), -1), 1)) / 3
	var l [3]float64
	for i := range l {
		l[i] = 1 + 2*p*math.Cos(angle+2*math.Pi*float64(i)/3)
	}
	return l
}
