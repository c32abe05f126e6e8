package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// bestPSNR stands for the infinite ratio of identical pictures, so that means
// over many pairs stay finite.
const bestPSNR = 100

// PSNR is the peak signal-to-noise ratio with both sources taken for the truth,
//
//	PSNR = 10 log₁₀ 255² / ((MSE(F,A) + MSE(F,B)) / 2)
//
// in dB, at most 100, the higher the better. Averaging the sources maximises it.
//
// P. Jagalingam, A. V. Hegde: A review of quality metrics for fused image.
// Aquatic Procedia 4, 2015.
var PSNR = Metric{
	Name: "PSNR", Title: "peak signal-to-noise ratio",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 { return decibels(s.both(f, meanSquaredError) / 2) },
}

// TruthPSNR is the peak signal-to-noise ratio 10 log₁₀ 255² / MSE(F, truth) of
// the luminance, in dB, at most 100, the higher the better.
var TruthPSNR = Reference{
	Name: "PSNR", Title: "peak signal-to-noise ratio to the truth", Least: 1,
	of: func(f, truth *Plane) float64 { return decibels(meanSquaredError(f, truth)) },
}

func meanSquaredError(p, q *Plane) float64 {
	return rows.Sum(p.Height, func(y int) float64 {
		var sum float64
		for x, v := range p.row(y) {
			d := float64(v) - float64(q.row(y)[x])
			sum += d * d
		}
		return sum
	}) / float64(len(p.Pix))
}

func decibels(mse float64) float64 {
	return min(10*math.Log10(255*255/max(mse, math.SmallestNonzeroFloat64)), bestPSNR)
}
