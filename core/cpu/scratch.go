package cpu

import "tcmoa/core/cpu/kernel"

// scratch is one worker's memory, kept from operation to operation and grown
// to the largest need.
type scratch struct {
	floats           [7][]float32
	q                []int8
	scale            []float32
	index            []int32
	keys             kernel.PanelsF32 // of the head being attended
	values           kernel.PanelsF32
	heads            quantisedHead // the same in bytes
	keysI8, valuesI8 kernel.PanelsI8
	double           []float64
	cues             cues
}

// sums returns n zeros.
func (s *scratch) sums(n int) []float64 {
	if cap(s.double) < n {
		s.double = make([]float64, n)
	}
	clear(s.double[:n])
	return s.double[:n]
}

// buf returns n floats, the i-th of a worker's buffers.
func (s *scratch) buf(i, n int) []float32 {
	if cap(s.floats[i]) < n {
		s.floats[i] = make([]float32, n)
	}
	return s.floats[i][:n]
}

// operand returns room for m quantised rows of k.
func (s *scratch) operand(m, k int) (q []int8, scale []float32) {
	if cap(s.q) < m*k {
		s.q = make([]int8, m*k)
	}
	if cap(s.scale) < m {
		s.scale = make([]float32, m)
	}
	return s.q[:m*k], s.scale[:m]
}

// indices returns room for n row numbers.
func (s *scratch) indices(n int) []int32 {
	if cap(s.index) < n {
		s.index = make([]int32, n)
	}
	return s.index[:n]
}
