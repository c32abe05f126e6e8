package metrics

import (
	"math"
	"slices"

	"tcmoa/metrics/internal/rows"
)

// logGabor is a bank of filters in the frequency domain, one a scale, turned to
// one orientation at a time. A filter covers one side of the spectrum only: the
// real part of its response is that of an even filter, the imaginary part that
// of an odd one.
type logGabor struct {
	width, height int
	radial        [phaseScales][]float32 // over the length of the frequency
	angular       []float32              // over its direction
}

func newLogGabor(width, height int) *logGabor {
	b := &logGabor{width: width, height: height, angular: make([]float32, width*height)}
	for scale := range b.radial {
		b.radial[scale] = make([]float32, width*height)
	}
	b.each(func(i int, u, v float64) {
		radius := math.Hypot(u, v)
		if radius == 0 {
			return
		}
		// A low-pass filter keeps the corners of the spectrum out, which
		// would unbalance the orientations.
		lowPass := 1 / (1 + math.Pow(radius/0.45, 30))
		for scale := range b.radial {
			centre := 1 / (phaseShortest * math.Pow(phaseFactor, float64(scale)))
			octaves := math.Log(radius/centre) / math.Log(phaseBandwidth)
			b.radial[scale][i] = float32(lowPass * math.Exp(-octaves*octaves/2))
		}
	})
	return b
}

// each visits the frequencies, in cycles per pixel.
func (b *logGabor) each(visit func(i int, u, v float64)) {
	rows.Each(b.height, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			v := frequency(y, b.height) / float64(b.height)
			for x := range b.width {
				visit(y*b.width+x, frequency(x, b.width)/float64(b.width), v)
			}
		}
	})
}

// turn turns the filters to an angle, counted anticlockwise in the picture, whose
// y axis points down.
func (b *logGabor) turn(angle float64) {
	sin, cos := math.Sincos(angle)
	b.each(func(i int, u, v float64) {
		off := math.Atan2(-v*cos-u*sin, u*cos-v*sin)
		b.angular[i] = float32(math.Exp(-off * off / (2 * phaseAngle * phaseAngle)))
	})
}

// apply sets dst to the spectrum of a picture filtered at a scale.
func (b *logGabor) apply(dst, picture *spectrum, at int) {
	for i, r := range b.radial[at] {
		dst.z[i] = scale(float64(r*b.angular[i]), picture.z[i])
	}
}

// noise is the energy that noise is likely to contribute at a pixel: its mean and
// [phaseNoise] standard deviations, if the finest scale shows little else. The
// median there gives the mean square of its Rayleigh distribution. The even parts
// of the filters, by Parseval's theorem, tell how it adds up over the scales.
func (b *logGabor) noise(finest []complex64) float64 {
	squares := make([]float64, len(finest))
	for i, z := range finest {
		re, im := float64(real(z)), float64(imag(z))
		squares[i] = re*re + im*im
	}
	meanSquare := median(squares) / math.Ln2

	var power, sum float64
	for y := range b.height {
		opposite := (b.height - y) % b.height * b.width
		for x := range b.width {
			i, j := y*b.width+x, opposite+(b.width-x)%b.width
			var even float64
			for _, radial := range b.radial {
				even += float64(radial[i]*b.angular[i]+radial[j]*b.angular[j]) / 2
			}
			finest := float64(b.radial[0][i] * b.angular[i])
			power += finest * finest
			sum += even * even
		}
	}
	if power == 0 {
		return 0
	}
	τ := math.Sqrt(meanSquare / power * sum)
	return τ * (math.Sqrt(math.Pi/2) + phaseNoise*math.Sqrt(2-math.Pi/2)) / phaseNoiseBias
}

// median reorders the values.
func median(values []float64) float64 {
	n := len(values)
	upper := smallest(values, n/2)
	if n%2 == 1 {
		return upper
	}
	return (slices.Max(values[:n/2]) + upper) / 2
}

// smallest returns the value that would be at index k if the values were sorted,
// and puts it there, none larger before it, by Hoare's selection.
func smallest(values []float64, k int) float64 {
	for low, high := 0, len(values)-1; low < high; {
		pivot := values[(low+high)/2]
		i, j := low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for pivot < values[j] {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		if k <= j {
			high = j
		} else if k >= i {
			low = i
		} else {
			break
		}
	}
	return values[k]
}
