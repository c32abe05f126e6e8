//go:build js && wasm

package main

import "math"

// statistics sum up a map's values. spread is their standard deviation.
type statistics struct{ least, mean, most, spread float64 }

// statisticsOf goes through values by Welford's method: the squares of values
// that hardly differ would cancel.
func statisticsOf(values []float32) statistics {
	s := statistics{least: math.Inf(1), most: math.Inf(-1)}
	deviation := 0.0
	for i, value := range values {
		v := float64(value)
		s.least, s.most = min(s.least, v), max(s.most, v)
		d := v - s.mean
		s.mean += d / float64(i+1)
		deviation += d * (v - s.mean)
	}
	s.spread = math.Sqrt(deviation / float64(max(len(values), 1)))
	return s
}

// words tell the statistics with so many digits.
func (s statistics) words(digits int) string {
	return say("Least {least}, mean {mean}, most {most}, spread {spread}.",
		number(s.least, digits), number(s.mean, digits), number(s.most, digits), number(s.spread, digits))
}
