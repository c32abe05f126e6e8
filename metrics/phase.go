package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// The filters of phase congruency: the defaults of Kovesi's program.
const (
	phaseScales       = 4
	phaseOrientations = 6
	phaseShortest     = 3.0  // the wavelength of the finest filter, in pixels
	phaseFactor       = 2.1  // from one wavelength to the next
	phaseBandwidth    = 0.55 // of a log-Gabor filter
	phaseNoise        = 2.0  // standard deviations above the mean of noise
	phaseCutOff       = 0.5  // the spread of frequencies below which an edge is doubted,
	phaseGain         = 10.0 // and how sharply
	phaseLeast        = 1e-4 // against division by nought

	// The standard deviation of a filter over the angle.
	phaseAngle = math.Pi / phaseOrientations / 1.2
	// What the estimate of the noise is divided by: found by experiment.
	phaseNoiseBias = 1.7
)

// phaseMaps are the phase congruency of a picture, which marks features whatever
// their contrast, and the largest and smallest moments of its distribution over
// the orientations, which mark edges and corners.
type phaseMaps struct{ congruency, edge, corner *Plane }

// phaseCongruency finds the features of a picture: points where the responses a_n
// of log-Gabor filters of several scales n are in phase. In each orientation, with
// ē the direction of Σ a_n,
//
//	PC = w max(0, Σ_n (a_n·ē - |a_n×ē|) - T) / Σ_n |a_n|
//
// where T is what noise contributes, estimated from the finest scale, and the
// sigmoid w lowers responses to few frequencies. The maps combine the
// orientations.
//
// P. Kovesi: Image features from phase congruency. Videre 1(3), 1999; Phase
// congruency detects corners and edges. DICTA, 2003. His earlier program lacked
// the factor 4 of the mixed moment, which he put in later.
//
// It needs some hundred bytes a pixel while it works.
func phaseCongruency(p *Plane) phaseMaps {
	bank := newLogGabor(p.Width, p.Height)
	image := spectrumOf(p, nil)
	n := len(p.Pix)
	energies, amplitudes := make([]float32, n), make([]float32, n)
	xx, yy, xy := make([]float32, n), make([]float32, n), make([]float32, n)

	var responses [phaseScales][]complex64
	for i := range responses {
		responses[i] = make([]complex64, n)
	}
	filtered := newSpectrum(p.Width, p.Height)
	for o := range phaseOrientations {
		angle := float64(o) * math.Pi / phaseOrientations
		bank.turn(angle)
		for i, response := range responses {
			bank.apply(filtered, image, i)
			filtered.invert()
			for j, z := range filtered.z {
				response[j] = complex64(z)
			}
		}
		threshold := bank.noise(responses[0])
		sin, cos := math.Sincos(angle)
		rows.Each(p.Height, func(y0, y1 int) {
			for i := y0 * p.Width; i < y1*p.Width; i++ {
				energy, amplitude := phaseEnergy(&responses, i, threshold)
				energies[i] += float32(energy)
				amplitudes[i] += float32(amplitude)
				c := energy / (amplitude + phaseLeast)
				xx[i] += float32(c * c * cos * cos)
				yy[i] += float32(c * c * sin * sin)
				xy[i] += float32(c * c * cos * sin)
			}
		})
	}

	maps := phaseMaps{NewPlane(p.Width, p.Height), NewPlane(p.Width, p.Height), NewPlane(p.Width, p.Height)}
	for i := range n {
		maps.congruency.Pix[i] = energies[i] / (amplitudes[i] + phaseLeast)
		sum, diff := float64(xx[i]+yy[i])*2/phaseOrientations, float64(xx[i]-yy[i])*2/phaseOrientations
		spread := math.Hypot(float64(xy[i])/phaseOrientations*4, diff)
		maps.edge.Pix[i] = float32((sum + spread) / 2)
		maps.corner.Pix[i] = float32((sum - spread) / 2)
	}
	return maps
}

// phaseEnergy is the numerator and the denominator of PC at a pixel.
func phaseEnergy(responses *[phaseScales][]complex64, i int, threshold float64) (energy, amplitude float64) {
	var even, odd, largest float64
	for _, response := range responses {
		re, im := float64(real(response[i])), float64(imag(response[i]))
		a := math.Sqrt(re*re + im*im)
		even += re
		odd += im
		amplitude += a
		largest = max(largest, a)
	}
	length := math.Sqrt(even*even+odd*odd) + phaseLeast
	even /= length
	odd /= length
	for _, response := range responses {
		re, im := float64(real(response[i])), float64(imag(response[i]))
		energy += re*even + im*odd - math.Abs(re*odd-im*even)
	}
	width := amplitude / (largest + phaseLeast) / phaseScales
	weight := 1 / (1 + math.Exp((phaseCutOff-width)*phaseGain))
	return weight * max(0, energy-threshold), amplitude
}
