package maps

import "math"

// statistics sum up a map's values. Std is the population's.
type statistics struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
	Std  float64 `json:"std"`
}

// sums gather values one by one, by Welford's method: the squares of a map of
// many pixels that hardly differs would cancel.
type sums struct {
	n         int
	min, max  float64
	mean, dev float64
}

func (s *sums) add(value float32) {
	v := float64(value)
	if s.n == 0 {
		s.min, s.max = v, v
	}
	s.n++
	s.min, s.max = min(s.min, v), max(s.max, v)
	d := v - s.mean
	s.mean += d / float64(s.n)
	s.dev += d * (v - s.mean)
}

func (s *sums) statistics() statistics {
	return statistics{Min: s.min, Mean: s.mean, Max: s.max, Std: math.Sqrt(s.dev / float64(max(s.n, 1)))}
}

func statisticsOf(values []float32) statistics {
	var s sums
	for _, v := range values {
		s.add(v)
	}
	return s.statistics()
}
