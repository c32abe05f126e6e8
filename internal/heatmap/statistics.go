package heatmap

import "math"

// Statistics sum up a map's values. Std is the population's.
type Statistics struct {
	Min  float64 `json:"min"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
	Std  float64 `json:"std"`
}

// StatisticsOf sums up values that are all there.
func StatisticsOf(values []float32) Statistics {
	var s Sums
	for _, v := range values {
		s.Add(v)
	}
	return s.Statistics()
}

// Sums gathers values one by one, by Welford's method: the squares of a map of
// many pixels that hardly differs would cancel.
type Sums struct {
	n         int
	min, max  float64
	mean, dev float64
}

// Add takes a value in.
func (s *Sums) Add(value float32) {
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

// Statistics are those of all values so far.
func (s *Sums) Statistics() Statistics {
	return Statistics{Min: s.min, Mean: s.mean, Max: s.max, Std: math.Sqrt(s.dev / float64(max(s.n, 1)))}
}
