package core

import "fmt"

// Tensor is a parameter as a weight file holds it: float32 values, or int8
// values with one float32 scale for every index of the first axis (the output
// channel), so that value = I8 · Scale[channel]. Exactly one of F32 and I8 is
// set.
type Tensor struct {
	Shape []int
	F32   []float32
	I8    []int8
	Scale []float32
}

// Elements is the number of values of a shape. It returns an error where an
// axis is negative or the product leaves 31 bits, so that nothing of a hostile
// shape is ever allocated.
func Elements(shape []int) (int, error) {
	n := 1
	for _, s := range shape {
		if s < 0 || (s > 0 && n > (1<<31-1)/s) {
			return 0, fmt.Errorf("shape %v is out of range", shape)
		}
		n *= s
	}
	return n, nil
}

// Float returns the tensor's values as float32: the stored slice itself, or a
// new one when the tensor is int8.
func (t Tensor) Float() []float32 {
	if t.I8 == nil {
		return t.F32
	}
	out := make([]float32, len(t.I8))
	per := len(t.I8) / max(1, len(t.Scale))
	for c, s := range t.Scale {
		for i := c * per; i < (c+1)*per; i++ {
			out[i] = float32(t.I8[i]) * s
		}
	}
	return out
}
