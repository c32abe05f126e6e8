package metrics

// SCD is the sum of the correlations of differences: what the fusion adds to one
// source should be the other,
//
//	SCD = r(F-B, A) + r(F-A, B)
//
// with Pearson's r, in [-2, 2], the higher the better.
//
// V. Aslantas, E. Bendes: A new image quality metric for image fusion: the sum
// of the correlations of differences. AEU International Journal of Electronics
// and Communications 69(12), 2015.
var SCD = Metric{
	Name: "SCD", Title: "sum of the correlations of differences",
	Tasks: []string{vif}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		return correlation(difference(f, s.B), s.A) + correlation(difference(f, s.A), s.B)
	},
}
