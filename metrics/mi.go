package metrics

// MI is the information that the fused picture shares with its sources,
//
//	MI = I(F;A) + I(F;B),   I(X;Y) = Σ p_XY(x,y) log₂ p_XY(x,y) / (p_X(x) p_Y(y)),
//
// in bits, 0 to H(A) + H(B), the higher the better.
//
// G. Qu, D. Zhang, P. Yan: Information measure for performance of image fusion.
// Electronics Letters 38(7), 2002.
var MI = Metric{
	Name: "MI", Title: "mutual information",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		return s.both(f, func(f, source *Plane) float64 { return newInformation(f, source).mutual() })
	},
}
