package cpu

import (
	"math"

	"tcmoa/core"
)

// moments is the mean and the unbiased standard deviation of a stream.
type moments struct{ mean, std float64 }

// Measure implements core.Pass.
func (p *pass) Measure(z core.Activation) core.Activation {
	return p.measure(z.([]float32))
}

func (p *pass) measure(z []float32) [2]moments {
	var out [2]moments
	half := len(z) / 2
	for s := range out {
		v := z[s*half : (s+1)*half]
		mean := p.sum(v, func(x float64) float64 { return x }) / float64(half)
		square := p.sum(v, func(x float64) float64 { return (x - mean) * (x - mean) })
		out[s] = moments{mean, math.Sqrt(square / float64(half-1))}
	}
	return out
}

// sum adds f of every value, in pieces whose order does not depend on how many
// workers there are.
func (p *pass) sum(v []float32, f func(float64) float64) float64 {
	const piece = 1 << 14
	n := (len(v) + piece - 1) / piece
	parts := make([]float64, n)
	p.each(n, func(_ *scratch, i int) {
		acc := 0.0
		for _, x := range v[i*piece : min((i+1)*piece, len(v))] {
			acc += f(float64(x))
		}
		parts[i] = acc
	})
	total := 0.0
	for _, x := range parts {
		total += x
	}
	return total
}

// Renormalise implements core.Pass: x ← (x-mean(x))·std/(std(x)+1e-12) + mean.
func (p *pass) Renormalise(z, stats core.Activation) {
	x := z.([]float32)
	now, want := p.measure(x), stats.([2]moments)
	half := len(x) / 2
	p.runs(len(x)/p.cfg.DecoderDim, func(_ *scratch, from, to int) {
		for i := from * p.cfg.DecoderDim; i < to*p.cfg.DecoderDim; i++ {
			s := i / half
			gain := want[s].std / (now[s].std + 1e-12)
			x[i] = float32(float64((float64(x[i])-now[s].mean)*gain) + want[s].mean)
		}
	})
}
