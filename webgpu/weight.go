//go:build js && wasm

package webgpu

import (
	"fmt"
	"strings"

	"tcmoa/core"
)

// weight is a parameter in the GPU's memory, laid out as its kernel reads it.
type weight struct {
	block *block
	scale *block // of an int8 matrix: one an output
	bytes int    // without the padding
}

// of is a parameter as an operand; none for one that the model lacks.
func of(w core.Weight) operand {
	if w == nil {
		return operand{}
	}
	return operand{block: w.(*weight).block}
}

// scaleOf is the scale of an int8 matrix as an operand.
func scaleOf(w core.Weight) operand {
	if w == nil {
		return operand{}
	}
	return operand{block: w.(*weight).scale}
}

// Load implements core.Backend.
func (b *Backend) Load(p core.Param, t core.Tensor) (core.Weight, error) {
	if err := b.dev.check(); err != nil {
		return nil, err
	}
	if !p.Int8 || b.opt.Precision == Float32 {
		return b.loadFloats(layout(p, t.Float()))
	}
	if t.I8 == nil {
		return nil, fmt.Errorf("int8 arithmetic needs int8 weights: quantise the model, or compute in f32")
	}
	w := &weight{bytes: len(t.I8)}
	var err error
	if w.block, err = b.store.put(bytesOf(padded(t.I8, t.Shape[0], 16))); err != nil {
		return nil, err
	}
	w.scale, err = b.store.put(bytesOf(t.Scale))
	return w, err
}

func (b *Backend) loadFloats(v []float32) (core.Weight, error) {
	block, err := b.store.put(bytesOf(v))
	return &weight{block: block, bytes: 4 * len(v)}, err
}

// layout rearranges a float parameter so that the lanes that read it together
// find it side by side.
func layout(p core.Param, v []float32) []float32 {
	rows := p.Shape[0]
	switch {
	case strings.HasSuffix(p.Name, ".dimReduction.weight"):
		return transposed(v, rows, len(v)/rows) // 2C × R
	case strings.HasSuffix(p.Name, ".relative_position_bias_table"):
		return transposed(v, rows, len(v)/rows) // heads × (2w-1)²
	case strings.HasSuffix(p.Name, ".local.weight"):
		return transposed(v, rows, 9) // 3×3 × C
	case strings.HasSuffix(p.Name, ".conv2.weight"):
		// A neighbour's channels together: out × (3·3·in).
		out := make([]float32, 0, len(v))
		per := len(v) / rows
		for o := range rows {
			out = append(out, transposed(v[o*per:(o+1)*per], per/9, 9)...)
		}
		return out
	case p.Int8 || len(p.Shape) == 4, len(p.Shape) == 2 && strings.HasSuffix(p.Name, ".weight"):
		// A matrix. The experts' stacked biases have two axes as well, and are none.
		return padded(v, rows, 4)
	}
	return v
}

func transposed(v []float32, rows, cols int) []float32 {
	out := make([]float32, len(v))
	for r := range rows {
		for c := range cols {
			out[c*rows+r] = v[r*cols+c]
		}
	}
	return out
}

// padded makes every row a multiple of unit long, by zeros: kernels read
// matrices in vectors of 16 bytes.
func padded[T int8 | float32](v []T, rows, unit int) []T {
	per := len(v) / rows
	if per%unit == 0 {
		return v
	}
	wide := (per + unit - 1) / unit * unit
	out := make([]T, rows*wide)
	for r := range rows {
		copy(out[r*wide:], v[r*per:(r+1)*per])
	}
	return out
}
