package baseline

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// sharpness sets dst to the magnitude of the Laplacian of a plane,
//
//	[0  1 0]
//	[1 -4 1].
//	[0  1 0]
func sharpness(dst, plane []float32, width, height int) {
	rows.Each(height, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			above, below := plane[max(y-1, 0)*width:][:width], plane[min(y+1, height-1)*width:][:width]
			row, out := plane[y*width:][:width], dst[y*width:][:width]
			for x, v := range row {
				sum := above[x] + below[x] + row[max(x-1, 0)] + row[min(x+1, width-1)] - 4*v
				out[x] = max(sum, -sum)
			}
		}
	})
}

// convolve sets dst to a plane filtered by odd symmetric taps in both directions.
func convolve(dst, plane []float32, width, height int, taps []float32) {
	radius := len(taps) / 2
	rows.Each(height, func(y0, y1 int) {
		line := make([]float32, width+2*radius)
		inner := line[radius:][:width]
		for y := y0; y < y1; y++ {
			clear(inner)
			for i, t := range taps {
				for x, v := range plane[min(max(y+i-radius, 0), height-1)*width:][:width] {
					inner[x] += t * v
				}
			}
			for i := range radius {
				line[i], line[radius+width+i] = inner[0], inner[width-1]
			}
			out := dst[y*width:][:width]
			clear(out)
			for i, t := range taps {
				for x, v := range line[i:][:width] {
					out[x] += t * v
				}
			}
		}
	})
}

// gaussian returns 2·radius+1 taps of sum 1.
func gaussian(radius int, sigma float64) []float32 {
	taps := make([]float32, 2*radius+1)
	var sum float64
	for i := range taps {
		d := float64(i - radius)
		sum += math.Exp(-d * d / (2 * sigma * sigma))
	}
	for i := range taps {
		d := float64(i - radius)
		taps[i] = float32(math.Exp(-d*d/(2*sigma*sigma)) / sum)
	}
	return taps
}
