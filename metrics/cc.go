package metrics

// CC is the correlation of the fused picture with its sources, Pearson's r,
//
//	CC = ( r(F,A) + r(F,B) ) / 2,
//
// in [-1, 1], the higher the better. A constant picture correlates with nothing.
//
// J. Ma, Y. Ma, C. Li: Infrared and visible image fusion methods and
// applications: a survey. Information Fusion 45, 2019.
var CC = Metric{
	Name: "CC", Title: "correlation coefficient",
	Tasks: []string{vif, mef}, Least: 1,
	of: func(f *Plane, s *Sources) float64 { return s.both(f, correlation) / 2 },
}
