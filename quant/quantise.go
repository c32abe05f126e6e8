package quant

import (
	"fmt"
	"math"

	"tcmoa/core"
)

// Quantise turns a float32 tensor (out, ...) into int8, symmetric, with one
// scale per output channel: scale = max|w| / 127, the values rounded to the
// nearest, halves to even. A channel of zeros has scale 0. Values that are not
// finite are an error.
func Quantise(t core.Tensor) (core.Tensor, error) {
	if len(t.Shape) == 0 || t.Shape[0] == 0 {
		return core.Tensor{}, fmt.Errorf("shape %v has no output channels", t.Shape)
	}
	out := core.Tensor{Shape: t.Shape, I8: make([]int8, len(t.F32)), Scale: make([]float32, t.Shape[0])}
	per := len(t.F32) / len(out.Scale)
	for c := range out.Scale {
		scale, err := quantiseChannel(out.I8[c*per:(c+1)*per], t.F32[c*per:(c+1)*per])
		if err != nil {
			return core.Tensor{}, fmt.Errorf("output channel %d: %w", c, err)
		}
		out.Scale[c] = scale
	}
	return out, nil
}

// quantiseChannel fills q from w and returns the scale.
func quantiseChannel(q []int8, w []float32) (float32, error) {
	largest := float32(0)
	for _, v := range w {
		a := float32(math.Abs(float64(v)))
		if !(a <= math.MaxFloat32) { // infinity or NaN
			return 0, fmt.Errorf("value %v is not finite", v)
		}
		largest = max(largest, a)
	}
	scale := largest / 127
	if scale == 0 { // all zero, or so small that the scale is: q is zero already
		return 0, nil
	}
	for i, v := range w {
		r := math.RoundToEven(float64(v) / float64(scale))
		// A scale among the subnormals is coarse, and the quotient may pass 127.
		q[i] = int8(min(max(r, -127), 127))
	}
	return scale, nil
}

// Quantised is src with the matrices that run in int8 (core.Param.Int8)
// quantised as they are read. Those that src already holds as int8 pass
// through. Closing it closes src.
func Quantised(src Source) Source {
	q := quantised{Source: src, int8: map[string]bool{}}
	for _, p := range src.Config().Params() {
		q.int8[p.Name] = p.Int8
	}
	return q
}

type quantised struct {
	Source
	int8 map[string]bool
}

func (q quantised) Tensors() []Info {
	infos := q.Source.Tensors()
	for i, t := range infos {
		infos[i].Int8 = t.Int8 || q.int8[t.Name]
	}
	return infos
}

func (q quantised) Tensor(name string) (core.Tensor, error) {
	t, err := q.Source.Tensor(name)
	if err != nil || t.I8 != nil || !q.int8[name] {
		return t, err
	}
	if t, err = Quantise(t); err != nil {
		return core.Tensor{}, fmt.Errorf("tensor %q: %w", name, err)
	}
	return t, nil
}
