package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// Qcb is Chen and Blum's metric: the local contrasts that an eye sees in the
// sources should be those it sees in the fusion. Every picture is filtered by the
// contrast sensitivity
//
//	S(r) = exp(-(r/15.387)²) - 0.7622 exp(-(r/1.3456)²)
//
// of r cycles per degree, where the picture fills 15°. With G_σ a Gaussian
// filter,
//
//	C = | (G_2 * I) / (G_4 * I) - 1 |,   C' = C³ / (C² + 0.0001),
//	Q_XF = min(C'_X, C'_F) / max(C'_X, C'_F),   λ_X = C'_X² / (C'_A² + C'_B²),
//	Qcb = mean (λ_A Q_AF + λ_B Q_BF),
//
// in [0, 1], the higher the better.
//
// Y. Chen, R. S. Blum: A new automated quality assessment algorithm for image
// fusion. Image and Vision Computing 27(10), 2009. The angle, the windows of 31×31
// pixels and the absolute value are those of Z. Liu's widely used program (see
// [Qcv]), without its stretching of every picture to the whole range, which would
// hide a loss of contrast.
var Qcb = Metric{
	Name: "Qcb", Title: "perceived contrast (Chen–Blum)",
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		sources := s.contrasts()
		fused := perceivedContrast(perceive(f, nil, qcbDegrees, chenBlum), realPart)
		return rows.Sum(f.Height, func(y int) float64 {
			var sum float64
			rowF, rowA, rowB := fused.row(y), sources[0].row(y), sources[1].row(y)
			for x := range rowF {
				cF, cA, cB := float64(rowF[x]), float64(rowA[x]), float64(rowB[x])
				λ := share(cA*cA, cB*cB)
				sum += λ*ratio(cA, cF) + (1-λ)*ratio(cB, cF)
			}
			return sum
		}) / float64(len(f.Pix))
	},
}

const qcbDegrees = 15

var qcbCentre, qcbSurround = gaussian(31, 2), gaussian(31, 4)

func chenBlum(squared float64) float64 {
	return math.Exp(-squared/(15.387*15.387)) - 0.7622*math.Exp(-squared/(1.3456*1.3456))
}

// perceivedContrasts are the maps C' of two pictures.
func perceivedContrasts(a, b *Plane) [2]*Plane {
	s := perceive(a, b, qcbDegrees, chenBlum)
	return [2]*Plane{perceivedContrast(s, realPart), perceivedContrast(s, imaginaryPart)}
}

func realPart(z complex128) float64      { return real(z) }
func imaginaryPart(z complex128) float64 { return imag(z) }

// perceivedContrast is the map C' of one of the two pictures in s.
func perceivedContrast(s *spectrum, part func(complex128) float64) *Plane {
	p := NewPlane(s.width, s.height)
	for i, z := range s.z {
		p.Pix[i] = float32(part(z))
	}
	contrast, surround := blur(p, qcbCentre), blur(p, qcbSurround)
	for i, c := range contrast.Pix {
		contrast.Pix[i] = float32(maskedContrast(float64(c), float64(surround.Pix[i])))
	}
	return contrast
}

// maskedContrast is C'. Black on black has none.
func maskedContrast(centre, surround float64) float64 {
	if math.Abs(surround) < noise {
		return 0
	}
	c := math.Abs(centre/surround - 1)
	return c * c * c / (c*c + 0.0001)
}

// ratio is the smaller of two contrasts by the larger, and 1 of two that are 0.
func ratio(c, d float64) float64 {
	if c == d {
		return 1
	}
	return min(c, d) / max(c, d)
}
