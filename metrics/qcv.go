package metrics

import "math"

// Qcv is Chen and Varshney's metric: what an eye sees of the differences between
// the fusion and its sources, weighted by the sources' edges. In every block W of
// 16×16 pixels,
//
//	λ_X = Σ_W g_X^5,   D_X = mean_W (csf * (X - F))²,
//	Qcv = Σ_W (λ_A D_A + λ_B D_B) / Σ_W (λ_A + λ_B),
//
// with g the edge strength by Sobel's operator and csf the contrast sensitivity
//
//	S(r) = 2.6 (0.0192 + 0.114 r) exp(-(0.114 r)^1.1)
//
// of r cycles per degree (Mannos and Sakrison), where the picture fills 4°. 0 and
// up, in squared grey levels, the lower the better. Blocks at the right and lower
// borders may be smaller.
//
// H. Chen, P. K. Varshney: A human perception inspired quality metric for image
// fusion based on regional information. Information Fusion 8(2), 2007. The angle
// and the exponent 5 are those of Z. Liu's widely used program (Liu et al.:
// Objective assessment of multiresolution image fusion algorithms, IEEE
// Transactions on Pattern Analysis and Machine Intelligence 34(1), 2012), which
// however has 0.144 for Mannos and Sakrison's 0.114 and stretches every picture
// to the whole range first; that would hide a loss of contrast.
var Qcv = Metric{
	Name: "Qcv", Title: "perceived difference (Chen–Varshney)", Lower: true,
	Tasks: []string{vif, mef, mff}, Least: 1,
	of: func(f *Plane, s *Sources) float64 {
		seen := perceive(difference(s.A, f), difference(s.B, f), qcvDegrees, mannosSakrison)
		edges := s.edges()
		var sum, weights float64
		for y := 0; y < f.Height; y += qcvBlock {
			for x := 0; x < f.Width; x += qcvBlock {
				var λA, λB, dA, dB float64
				width, height := min(qcvBlock, f.Width-x), min(qcvBlock, f.Height-y)
				for by := range height {
					at := (y+by)*f.Width + x
					for i := at; i < at+width; i++ {
						λA += fifthPower(edges[0].strength.Pix[i])
						λB += fifthPower(edges[1].strength.Pix[i])
						dA += real(seen.z[i]) * real(seen.z[i])
						dB += imag(seen.z[i]) * imag(seen.z[i])
					}
				}
				sum += (λA*dA + λB*dB) / float64(width*height)
				weights += λA + λB
			}
		}
		if weights == 0 {
			return 0
		}
		return sum / weights
	},
}

const (
	qcvBlock   = 16
	qcvDegrees = 4
)

func fifthPower(v float32) float64 {
	x := float64(v)
	return x * x * x * x * x
}

// mannosSakrison is the sensitivity to a frequency: J. L. Mannos, D. J. Sakrison:
// The effects of a visual fidelity criterion on the encoding of images. IEEE
// Transactions on Information Theory 20(4), 1974.
func mannosSakrison(squared float64) float64 {
	r := 0.114 * math.Sqrt(squared)
	return 2.6 * (0.0192 + r) * math.Exp(-math.Pow(r, 1.1))
}
