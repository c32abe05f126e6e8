package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// AG is the average gradient of the fused picture of M×N pixels, by forward
// differences,
//
//	AG = Σ √( ((F(x+1,y) - F(x,y))² + (F(x,y+1) - F(x,y))²) / 2 ) / ((M-1)(N-1)),
//
// in [0, 255], the higher the better. It cannot tell detail from noise.
//
// G. Cui, H. Feng, Z. Xu, Q. Li, Y. Chen: Detail preserved fusion of visible and
// infrared images using regional saliency extraction and multi-scale image
// decomposition. Optics Communications 341, 2015.
var AG = Metric{
	Name: "AG", Title: "average gradient",
	Tasks: []string{vif, mff}, Least: 2,
	of: func(f *Plane, _ *Sources) float64 {
		width, height := f.Width-1, f.Height-1
		return rows.Sum(height, func(y int) float64 {
			row, below := f.row(y), f.row(y+1)
			var sum float64
			for x := range width {
				across, down := float64(row[x+1]-row[x]), float64(below[x]-row[x])
				sum += math.Sqrt((across*across + down*down) / 2)
			}
			return sum
		}) / float64(width*height)
	},
}
