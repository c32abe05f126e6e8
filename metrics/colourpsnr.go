package metrics

import (
	"fmt"

	"tcmoa/core"
	"tcmoa/metrics/internal/rows"
)

// ColourPSNR is the peak signal-to-noise ratio 10 log₁₀ 255² / MSE of a fusion
// to the true result in colour, the error being the mean over the samples of
// red, green and blue; in dB, at most 100, the higher the better. Figures
// published for fusions of colour pictures are mostly this. It is mostly lower
// than that of the luminance, [TruthPSNR], in which errors of opposite sign in
// different channels even out.
func ColourPSNR(f, truth core.Picture) (float64, error) {
	width, height := f.Size()
	if w, h := truth.Size(); w != width || h != height {
		return 0, fmt.Errorf("the pictures differ in size: %d×%d and %d×%d", width, height, w, h)
	}
	if width < 1 || height < 1 {
		return 0, fmt.Errorf("a picture of %d×%d pixels cannot be measured", width, height)
	}
	sum := rows.Sum(height, func(y int) float64 {
		p, q := make([]float32, 3*width), make([]float32, 3*width)
		f.ReadRow(p, y, 0, width)
		truth.ReadRow(q, y, 0, width)
		var sum float64
		for i, v := range p {
			d := 255 * (float64(v) - float64(q[i]))
			sum += d * d
		}
		return sum
	})
	return decibels(sum / float64(3*width*height)), nil
}
