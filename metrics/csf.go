package metrics

import "tcmoa/metrics/internal/rows"

// perceive filters p + iq by the sensitivity of the eye, a function of the
// frequency's square in cycles per degree, where the picture fills the given
// angle across and down. The filter is real and symmetric, so that the two
// pictures don't mix: two are filtered for the price of one.
func perceive(p, q *Plane, degrees float64, sensitivity func(squared float64) float64) *spectrum {
	s := spectrumOf(p, q)
	rows.Each(s.height, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			v := frequency(y, s.height) / degrees
			row := s.z[y*s.width:][:s.width]
			for x := range row {
				u := frequency(x, s.width) / degrees
				row[x] = scale(sensitivity(u*u+v*v), row[x])
			}
		}
	})
	s.invert()
	return s
}
