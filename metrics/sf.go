package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// SF is the spatial frequency of the fused picture of M×N pixels,
//
//	SF = √(RF² + CF²),   RF² = Σ (F(x,y) - F(x-1,y))² / MN,
//	                     CF² = Σ (F(x,y) - F(x,y-1))² / MN,
//
// in [0, 255·√2] grey levels, the higher the better. It cannot tell detail from
// noise.
//
// A. M. Eskicioglu, P. S. Fisher: Image quality measures and their performance.
// IEEE Transactions on Communications 43(12), 1995.
var SF = Metric{
	Name: "SF", Title: "spatial frequency",
	Tasks: []string{vif, mff}, Least: 1,
	of: func(f *Plane, _ *Sources) float64 {
		sum := rows.Sum(f.Height, func(y int) float64 {
			row, above := f.row(y), f.row(max(y-1, 0))
			var sum float64
			for x, v := range row {
				across, down := float64(v-row[max(x-1, 0)]), float64(v-above[x])
				sum += across*across + down*down
			}
			return sum
		})
		return math.Sqrt(sum / float64(len(f.Pix)))
	},
}
