package kernel

import "strconv"

// Taps say how a row is resized linearly: output i lies between the samples Low[i]
// and High[i], at Frac[i] of the way.
type Taps struct {
	Low, High []int32
	Frac      []float32
}

// EnlargeRow resizes the row src of samples with n values each, and puts each of
// the values into a row of its own: dst is n rows of as many elements as there are
// taps,
//
//	dst[k,i] = src[Low[i],k]·(1-Frac[i]) + src[High[i],k]·Frac[i]
func EnlargeRow(dst, src []float32, n int, taps Taps) {
	wantMin("n", n, 1)
	wide := len(taps.Frac)
	wantLen("dst", len(dst), n*wide)
	wantLen("Low", len(taps.Low), wide)
	wantLen("High", len(taps.High), wide)
	for i := range wide {
		wantSample(taps.Low[i], len(src)/n)
		wantSample(taps.High[i], len(src)/n)
	}
	if wide > 0 {
		enlargeRow(dst, src, n, taps)
	}
}

func wantSample(at int32, samples int) {
	if at < 0 || int(at) >= samples {
		panic("kernel: sample " + strconv.Itoa(int(at)) + " is outside the " + strconv.Itoa(samples) + " there are")
	}
}

func enlargeRowScalar(dst, src []float32, n int, taps Taps) {
	wide := len(taps.Frac)
	for i, f := range taps.Frac {
		low, high := src[int(taps.Low[i])*n:][:n], src[int(taps.High[i])*n:][:n]
		for k, v := range low {
			dst[k*wide+i] = madd(v, 1-f, float32(high[k]*f))
		}
	}
}
