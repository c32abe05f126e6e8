package metrics

// piellaWindow is a square of 8×8 pixels.
var piellaWindow = box(8)

// Qs is Piella's fusion quality index. With the universal quality index Q₀ and
// the variance for saliency,
//
//	Qs = mean ( λ Q₀(A,F) + (1-λ) Q₀(B,F) ),   λ = σ_A² / (σ_A² + σ_B²),
//
// in 8×8 windows; in [-1, 1], the higher the better.
//
// G. Piella, H. Heijmans: A new quality metric for image fusion. International
// Conference on Image Processing, 2003.
var Qs = Metric{
	Name: "Qs", Title: "Piella’s fusion quality index",
	Tasks: []string{vif, mef, mff}, Least: 8,
	of: func(f *Plane, s *Sources) float64 {
		return newTrio(f, s.A, s.B, piellaWindow).weighted(func(s trioStats) (v, weight float64) {
			return s.bySaliency(), 1
		})
	},
}

// Qw is Piella's index weighted by the saliency of the windows,
//
//	Qw = Σ c ( λ Q₀(A,F) + (1-λ) Q₀(B,F) ) / Σ c,   c = max(σ_A², σ_B²),
//
// in [-1, 1], the higher the better. Source: see [Qs].
var Qw = Metric{
	Name: "Qw", Title: "Piella’s weighted fusion quality index",
	Tasks: []string{vif, mef, mff}, Least: 8,
	of: func(f *Plane, s *Sources) float64 { return weightedQuality(f, s.A, s.B) },
}

// Qe is Piella's edge-dependent index,
//
//	Qe = Qw(A, B, F) · Qw(A', B', F')
//
// with X' the edge strength of X by Sobel's operator; in [-1, 1], the higher the
// better. Source: see [Qs].
var Qe = Metric{
	Name: "Qe", Title: "Piella’s edge-dependent fusion quality index",
	Tasks: []string{vif, mef, mff}, Least: 8,
	of: func(f *Plane, s *Sources) float64 {
		edges := s.edges()
		return weightedQuality(f, s.A, s.B) * weightedQuality(sobel(f).strength, edges[0].strength, edges[1].strength)
	},
}

func weightedQuality(f, a, b *Plane) float64 {
	return newTrio(f, a, b, piellaWindow).weighted(func(s trioStats) (v, weight float64) {
		return s.bySaliency(), max(s.varA, s.varB)
	})
}

// bySaliency is the similarity of the fusion to its sources, weighted by theirs.
func (s trioStats) bySaliency() float64 {
	fa, fb := s.similarities()
	λ := s.saliency()
	return λ*fa + (1-λ)*fb
}
