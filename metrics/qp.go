package metrics

import "math"

// Qp compares features that do not depend on contrast: the phase congruency of the
// fusion and the moments that mark edges and corners, each with those of A, of B,
// and of a map M that takes every pixel from the source with the higher phase
// congruency. For each of the three kinds of map,
//
//	P = mean max(0, C_AF, C_BF, C_MF),   C_XF = (σ_XF + 0.0001) / (σ_X σ_F + 0.0001)
//
// over the pixels where M's phase congruency exceeds 0.1, in 11×11 Gaussian
// windows, σ = 1.5, and
//
//	Qp = P_congruency · P_edges · P_corners,
//
// in [0, 1], the higher the better. The maps of A, B and M are nought where their
// phase congruency does not exceed 0.1, and so are their C there.
//
// J. Zhao, R. Laganière, Z. Liu: Performance assessment of combinative pixel-level
// image fusion based on an absolute feature measurement. International Journal of
// Innovative Computing, Information and Control 3(6A), 2007, with the constants of
// Z. Liu's program.
var Qp = Metric{
	Name: "Qp", Title: "phase congruency",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		sources := s.features()
		if sources.area == 0 {
			return 1
		}
		fused := phaseCongruency(f)
		return sources.compare(fused, func(m phaseMaps) *Plane { return m.congruency }) *
			sources.compare(fused, func(m phaseMaps) *Plane { return m.edge }) *
			sources.compare(fused, func(m phaseMaps) *Plane { return m.corner })
	},
}

const (
	qpThreshold = 0.1
	qpLeast     = 0.0001
)

// phaseFeatures are the maps of A, B and M, and the number of pixels where M has
// features.
type phaseFeatures struct {
	maps [3]phaseMaps
	area int
}

func newPhaseFeatures(a, b *Plane) phaseFeatures {
	p, q := phaseCongruency(a), phaseCongruency(b)
	m := phaseMaps{NewPlane(a.Width, a.Height), NewPlane(a.Width, a.Height), NewPlane(a.Width, a.Height)}
	var area int
	for i := range a.Pix {
		stronger := p
		if q.congruency.Pix[i] >= p.congruency.Pix[i] {
			stronger = q
		}
		m.congruency.Pix[i] = stronger.congruency.Pix[i]
		m.edge.Pix[i] = stronger.edge.Pix[i]
		m.corner.Pix[i] = stronger.corner.Pix[i]
		if m.congruency.Pix[i] > qpThreshold {
			area++
		}
		for _, maps := range []phaseMaps{p, q, m} {
			maps.keepFeature(i)
		}
	}
	return phaseFeatures{[3]phaseMaps{p, q, m}, area}
}

// keepFeature clears a pixel without a feature.
func (m phaseMaps) keepFeature(i int) {
	if m.congruency.Pix[i] <= qpThreshold {
		m.congruency.Pix[i], m.edge.Pix[i], m.corner.Pix[i] = 0, 0, 0
	}
}

// compare is P for one kind of map.
func (s phaseFeatures) compare(fused phaseMaps, kind func(phaseMaps) *Plane) float64 {
	w := window{
		pictures: []*Plane{kind(fused), kind(s.maps[0]), kind(s.maps[1]), kind(s.maps[2])},
		products: [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}, {0, 1}, {0, 2}, {0, 3}},
		taps:     ssimWindow,
	}
	sum, _ := w.totals(func(y int, _, cov [][]float64) (sum, _ float64) {
		for x := range cov[0] {
			best := 0.0
			for i, maps := range s.maps {
				if maps.congruency.row(y)[x] > 0 {
					best = max(best, (cov[4+i][x]+qpLeast)/(math.Sqrt(cov[0][x]*cov[1+i][x])+qpLeast))
				}
			}
			sum += best
		}
		return sum, 0
	})
	return sum / float64(s.area)
}
