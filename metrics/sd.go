package metrics

import "math"

// SD is the standard deviation of the fused picture, its contrast,
//
//	SD = √( mean (F - F̄)² ),
//
// in [0, 127.5] grey levels, the higher the better.
//
// J. Ma, Y. Ma, C. Li: Infrared and visible image fusion methods and
// applications: a survey. Information Fusion 45, 2019.
var SD = Metric{
	Name: "SD", Title: "standard deviation",
	Tasks: []string{vif, mef}, Least: 1,
	of: func(f *Plane, _ *Sources) float64 { return math.Sqrt(covariance(f, f)) },
}
