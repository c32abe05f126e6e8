package metrics

import "math"

// The constants of Qabf, as published.
const (
	qabfGammaG, qabfKappaG, qabfSigmaG = 0.9994, -15, 0.5 // edge strength
	qabfGammaA, qabfKappaA, qabfSigmaA = 0.9879, -22, 0.8 // edge orientation
)

// Qabf is the share of the sources' edges that the fusion carries over. With the
// strength g and the orientation α of edges by Sobel's operator, the ratio
// G = min(g_X, g_F) / max(g_X, g_F) and the agreement A of the orientations,
//
//	Q_XF = Γ_g / (1 + exp(κ_g (G - σ_g))) · Γ_α / (1 + exp(κ_α (A - σ_α))),
//	Qabf = Σ (g_A Q_AF + g_B Q_BF) / Σ (g_A + g_B),
//
// Γ_g = 0.9994, κ_g = -15, σ_g = 0.5, Γ_α = 0.9879, κ_α = -22, σ_α = 0.8; in
// [0, 0.975], the higher the better. A = 1 - |α_X - α_F| / (π/2), of which the
// difference is the smaller of the two ways round: an orientation a little more
// than vertical is next to one a little less.
//
// C. S. Xydeas, V. Petrović: Objective image fusion performance measure.
// Electronics Letters 36(4), 2000.
var Qabf = Metric{
	Name: "Qabf", Title: "edges carried over",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		fused := sobel(f)
		var kept, all float64
		for _, source := range s.edges() {
			k, a := edgesKept(fused, source)
			kept += k
			all += a
		}
		if all == 0 {
			return edgePreservation(1, 1)
		}
		return kept / all
	},
}

// edgesKept is Σ g Q and Σ g of a source.
func edgesKept(fused, source *edges) (kept, all float64) {
	for i, g := range source.strength.Pix {
		if g > 0 {
			kept += float64(g) * edgePreservation(edgeAgreement(fused, source, i))
			all += float64(g)
		}
	}
	return kept, all
}

// edgeAgreement compares strength and orientation of two edges, one of which is
// there; both results are in [0, 1].
func edgeAgreement(p, q *edges, i int) (strength, orientation float64) {
	g, h := float64(p.strength.Pix[i]), float64(q.strength.Pix[i])
	turn := math.Abs(float64(p.angle[i] - q.angle[i]))
	return min(g, h) / max(g, h), math.Abs(turn-math.Pi/2) / (math.Pi / 2)
}

func edgePreservation(strength, orientation float64) float64 {
	sigmoid := func(gamma, kappa, x float64) float64 { return gamma / (1 + math.Exp(kappa*x)) }
	return sigmoid(qabfGammaG, qabfKappaG, strength-qabfSigmaG) * sigmoid(qabfGammaA, qabfKappaA, orientation-qabfSigmaA)
}
