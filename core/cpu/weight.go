package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// weight is a parameter, in the layouts that its users ask for. Layouts are
// made at first use and kept.
type weight struct {
	shape  []int
	values []float32 // as stored; nil once packed
	f32    *kernel.PanelsF32
	i8     *kernel.PanelsI8
	scale  []float32           // of i8, one an output channel
	each   []*kernel.PanelsF32 // the matrices of experts
	taps   []float32           // a depthwise convolution, channel last
	bias   []float32           // a relative position table, expanded to heads×w²×w²
}

func of(w core.Weight) *weight { return w.(*weight) }

// vector returns a parameter's values, nil for one that the model lacks.
func vector(w core.Weight) []float32 {
	if w == nil {
		return nil
	}
	return of(w).values
}

func (w *weight) quantised(t core.Tensor) {
	w.i8 = kernel.PackI8(t.I8, t.Shape[0], t.Shape[1])
	w.scale = t.Scale
}

// matrix packs a float parameter as out×in, all axes but the first taken
// together.
func (w *weight) matrix() *weight {
	if w.i8 == nil && w.f32 == nil {
		out := w.shape[0]
		in := len(w.values) / out
		w.f32, w.values = kernel.PackF32(w.values, out, in, in), nil
	}
	return w
}

// affine packs the matrices of all experts (E×out×in), each with its biases (out
// of the E×out) as out×(1+in): a bias is the weight of a first input that is 1, and
// so the first term of its sum. With carry there is a first output more, which is
// that input: a bias's factor for the next matrix.
func (w *weight) affine(bias []float32, carry bool) []*kernel.PanelsF32 {
	if w.each != nil {
		return w.each
	}
	experts, out, in := w.shape[0], w.shape[1], w.shape[2]
	for e := range experts {
		var rows []float32
		if carry {
			rows = append(rows, 1)
			rows = append(rows, make([]float32, in)...)
		}
		for o := range out {
			rows = append(rows, bias[e*out+o])
			rows = append(rows, w.values[(e*out+o)*in:][:in]...)
		}
		w.each = append(w.each, kernel.PackF32(rows, len(rows)/(1+in), 1+in, 1+in))
	}
	w.values = nil
	return w.each
}

// conv3x3 packs a convolution's out×in×3×3 as out×(3·3·in), channel last, to
// be multiplied by gathered neighbourhoods.
func (w *weight) conv3x3() *weight {
	if w.f32 == nil {
		out, in := w.shape[0], w.shape[1]
		rows := make([]float32, len(w.values))
		for o := range out {
			for c := range in {
				for k := range 9 {
					rows[(o*9+k)*in+c] = w.values[(o*in+c)*9+k]
				}
			}
		}
		w.f32, w.values = kernel.PackF32(rows, out, 9*in, 9*in), nil
	}
	return w
}

// depthwise packs a convolution's c×1×3×3 as 3×3×c.
func (w *weight) depthwise() []float32 {
	if w.taps == nil {
		w.taps, w.values = kernel.PackDepthwise(w.values, w.shape[0]), nil
	}
	return w.taps
}

// multiply computes dst = rows·wᵀ + bias for m rows.
func (w *weight) multiply(dst, rows []float32, m int, bias []float32, s *scratch) {
	if w.i8 != nil {
		in := w.shape[1]
		q, scale := s.operand(m, in)
		kernel.QuantiseRows(q, scale, rows, in, m, in)
		kernel.GemmI8(dst, w.i8.N, q, scale, m, w.i8, w.scale, bias)
		return
	}
	kernel.GemmF32(dst, w.f32.N, rows, w.f32.K, m, w.f32, bias)
}

// biases expands the table ((2w-1)²)×heads to heads×w²×w²:
// bias[h,i,j] = table[(ri-rj+w-1)·(2w-1) + (ci-cj+w-1), h].
func (w *weight) biases(win int) []float32 {
	if w.bias == nil {
		heads, t, side := w.shape[1], win*win, 2*win-1
		w.bias = make([]float32, heads*t*t)
		for i := range t {
			for j := range t {
				at := (i/win-j/win+win-1)*side + i%win - j%win + win - 1
				for h := range heads {
					w.bias[(h*t+i)*t+j] = w.values[at*heads+h]
				}
			}
		}
		w.values = nil
	}
	return w.bias
}
