package metrics

// EN is the Shannon entropy of the fused picture's grey levels,
//
//	EN = -Σ_l p_F(l) log₂ p_F(l),
//
// in [0, 8] bits, the higher the better. It cannot tell detail from noise.
//
// J. W. Roberts, J. van Aardt, F. Ahmed: Assessment of image fusion procedures
// using entropy, image quality, and multispectral classification. Journal of
// Applied Remote Sensing 2, 2008.
var EN = Metric{
	Name: "EN", Title: "entropy",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, _ *Sources) float64 { return max(0, entropy(Histogram(f))) },
}
