package cpu

import (
	"math"

	"tcmoa/core"
)

// moments is the mean and the unbiased standard deviation of a stream, rounded
// from sums in float64: what takes part in further arithmetic is float32, so that
// a GPU can do the same.
type moments struct{ mean, std float32 }

// Measure implements core.Pass.
func (p *pass) Measure(z core.Activation) core.Activation {
	return p.measure(z.([]float32))
}

func (p *pass) measure(z []float32) [2]moments {
	var out [2]moments
	half := len(z) / 2
	for s := p.streams.from; s < p.streams.to; s++ {
		v := z[s*half : (s+1)*half]
		mean := p.sum(v, func(piece []float32) (acc float64) {
			for _, x := range piece {
				acc += float64(x)
			}
			return acc
		}) / float64(half)
		square := p.sum(v, func(piece []float32) (acc float64) {
			for _, x := range piece {
				d := float64(x) - mean
				acc += float64(d * d)
			}
			return acc
		})
		out[s] = moments{float32(mean), float32(math.Sqrt(square / float64(half-1)))}
	}
	return out
}

// sum adds up f of the values' pieces, in an order that does not depend on how
// many workers there are.
func (p *pass) sum(v []float32, f func(piece []float32) float64) float64 {
	const size = 1 << 14
	n := (len(v) + size - 1) / size
	parts := make([]float64, n)
	p.each(n, func(_ *scratch, i int) {
		parts[i] = f(v[i*size : min((i+1)*size, len(v))])
	})
	total := 0.0
	for _, x := range parts {
		total += x
	}
	return total
}

// Renormalise implements core.Pass: x ← (x-mean(x))·std/(std(x)+RenormaliseEps) + mean.
func (p *pass) Renormalise(z, stats core.Activation) {
	x := z.([]float32)
	now, want := p.measure(x), stats.([2]moments)
	row := p.w * p.cfg.DecoderDim
	p.eachStream(p.h, func(_ *scratch, stream, r int) {
		from, to := now[stream], want[stream]
		gain := to.std / (from.std + core.RenormaliseEps)
		values := x[(stream*p.h+r)*row:][:row]
		for j, v := range values {
			values[j] = float32((v-from.mean)*gain) + to.mean
		}
	})
}
