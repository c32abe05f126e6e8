package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// edges are a picture's edges by Sobel's operator.
type edges struct {
	strength *Plane    // √(s_x² + s_y²)
	angle    []float32 // atan(s_y / s_x), in [-π/2, π/2]
}

// sobel finds the edges of a picture:
//
//	      [-1 0 1]         [-1 -2 -1]
//	s_x = [-2 0 2] * p,  s_y = [ 0  0  0] * p.
//	      [-1 0 1]         [ 1  2  1]
func sobel(p *Plane) *edges {
	e := &edges{NewPlane(p.Width, p.Height), make([]float32, len(p.Pix))}
	rows.Each(p.Height, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			above, row, below := p.row(max(y-1, 0)), p.row(y), p.row(min(y+1, p.Height-1))
			strength, angle := e.strength.row(y), e.angle[y*p.Width:][:p.Width]
			for x := range row {
				l, r := max(x-1, 0), min(x+1, p.Width-1)
				sx := float64(above[r] - above[l] + 2*(row[r]-row[l]) + below[r] - below[l])
				sy := float64(below[l] - above[l] + 2*(below[x]-above[x]) + below[r] - above[r])
				strength[x] = float32(math.Sqrt(sx*sx + sy*sy))
				if sx != 0 {
					angle[x] = float32(math.Atan(sy / sx))
				} else if sy != 0 {
					angle[x] = math.Pi / 2
				}
			}
		}
	})
	return e
}
