package metrics

// Qy is Yang's metric: where the sources agree the fusion must follow both, by
// their variance, and where they don't, the better of them,
//
//	Qy = mean { λ Q₀(A,F) + (1-λ) Q₀(B,F)   where Q₀(A,B) ≥ 0.75
//	          { max(Q₀(A,F), Q₀(B,F))       elsewhere,   λ = σ_A² / (σ_A² + σ_B²),
//
// in 7×7 Gaussian windows, σ = 1.5; in [-1, 1], the higher the better. Q₀ is SSIM
// without its constants; see [Qs].
//
// C. Yang, J.-Q. Zhang, X.-R. Wang, X. Liu: A novel similarity based quality metric
// for image fusion. Information Fusion 9(2), 2008.
var Qy = Metric{
	Name: "Qy", Title: "Yang’s similarity metric",
	Tasks: []string{vif, mef, mff}, Least: 7,
	of: func(f *Plane, s *Sources) float64 {
		return newTrio(f, s.A, s.B, smallWindow).weighted(func(s trioStats) (v, weight float64) {
			if universal(s.meanA, s.meanB, s.varA, s.varB, s.covAB) >= 0.75 {
				return s.bySaliency(), 1
			}
			fa, fb := s.similarities()
			return max(fa, fb), 1
		})
	},
}
