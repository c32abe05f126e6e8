package metrics

// The window of Qc and of Qy.
var smallWindow = gaussian(7, 1.5)

// Qc is Cvejic's metric: the source that the fusion follows more closely in a
// window counts for more there,
//
//	Qc = mean ( s Q₀(A,F) + (1-s) Q₀(B,F) ),   s = σ_AF / (σ_AF + σ_BF) clipped to [0, 1],
//
// in 7×7 Gaussian windows, σ = 1.5; in [-1, 1], the higher the better. See
// [Qs] for Q₀. s is a half where F follows neither.
//
// N. Cvejic, A. Łoza, D. Bull, N. Canagarajah: A similarity metric for assessment
// of image fusion algorithms. International Journal of Signal Processing 2(3),
// 2005.
var Qc = Metric{
	Name: "Qc", Title: "Cvejic’s similarity metric",
	Tasks: []string{vif, mef, mff}, Least: 7,
	of: func(f *Plane, s *Sources) float64 {
		return newTrio(f, s.A, s.B, smallWindow).weighted(func(s trioStats) (v, weight float64) {
			fa, fb := s.similarities()
			likeness := min(max(share(s.covFA, s.covFB), 0), 1)
			return likeness*fa + (1-likeness)*fb, 1
		})
	},
}
