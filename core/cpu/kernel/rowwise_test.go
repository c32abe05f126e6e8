package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// Row-wise kernels: each is compared with its twin bit for bit and with the
// formula in float64.

func eachRowShape(f func(what string, m, n int)) {
	for _, m := range []int{1, 2, 5} {
		for _, n := range append([]int{63, 64, 97, 192, 196, 769}, sizes...) {
			f(fmt.Sprintf("m=%d n=%d", m, n), m, n)
		}
	}
}

func TestQuantiseRows(t *testing.T) {
	eachRowShape(func(what string, m, k int) {
		r := random(uint64(m*1009 + k))
		x := normal(r, m*k, 3)
		if m > 1 {
			clear(x[k : 2*k])
		}
		got, twin := make([]int8, m*k+8), make([]int8, m*k)
		scale, twinScale := guarded(m), make([]float32, m)
		QuantiseRows(got, scale, x, k, m, k)
		quantiseRowsScalar(twin, twinScale, x, k, m, k)
		sameBits(t, what+" scale", scale[:m], twinScale)
		checkGuard(t, what, scale[m:])
		if !slices.Equal(got[:m*k], twin) {
			t.Fatalf("%s: %v, the scalar twin has %v", what, got[:m*k], twin)
		}
		if slices.Max(got[m*k:]) != 0 || slices.Min(got[m*k:]) != 0 {
			t.Fatalf("%s: wrote behind the result", what)
		}
		for i := range m {
			top := maxAbs(x[i*k : i*k+k])
			within(t, what+" scale", i, scale[i], top/limit, top*1e-7)
			for j := range k {
				want := 0.0
				if top > 0 {
					want = float64(x[i*k+j]) * limit / top
				}
				within(t, what, i*k+j, float32(got[i*k+j]), want, 0.50002)
			}
		}
	})
}

func TestQuantiseRowsTiesAndExtremes(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		in   []float32
		want []int8
	}{
		{[]float32{63, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 62.5, -62.5, 0.49, -63}, []int8{63, 0, 2, 2, 0, -2, -2, 62, -62, 0, -63}},
		{[]float32{0x1p-121, 0, -0x1p-125}, []int8{0, 0, 0}},
		{[]float32{math.MaxFloat32, 0, -math.MaxFloat32}, []int8{63, 0, -63}},
		{[]float32{1, inf, 0, 0, 0, 0, 0, 0, 0, 0}, nil},
		{[]float32{1, nan, 2, 0, 0, 0, 0, 0, 0, 0}, nil},
		{[]float32{1, 2, 3, 4, 5, 6, 7, 8, 9, -nan}, nil},
		{[]float32{nan, -inf, inf}, nil},
	} {
		k := len(c.in)
		got, twin := make([]int8, k), make([]int8, k)
		var scale, twinScale [1]float32
		QuantiseRows(got, scale[:], c.in, k, 1, k)
		quantiseRowsScalar(twin, twinScale[:], c.in, k, 1, k)
		sameBits(t, fmt.Sprint(c.in), scale[:], twinScale[:])
		if !slices.Equal(got, twin) {
			t.Errorf("%v: %v, the scalar twin has %v", c.in, got, twin)
		}
		if c.want == nil {
			if s := float64(scale[0]); !math.IsNaN(s) && !math.IsInf(s, 1) {
				t.Errorf("%v: scale %v hides what is not a number", c.in, s)
			}
		} else if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestLayerNormRows(t *testing.T) {
	eachRowShape(func(what string, m, c int) {
		r := random(uint64(m*1009 + c))
		x, gain, bias := normal(r, m*c, 2), normal(r, c, 1), normal(r, c, 1)
		for i := range x {
			x[i] += 5
		}
		const eps = 1e-6
		got, twin := guarded(m*c), make([]float32, m*c)
		LayerNormRows(got, x, gain, bias, eps, m, c)
		layerNormRowsScalar(twin, x, gain, bias, eps, m, c)
		sameBits(t, what, got[:m*c], twin)
		checkGuard(t, what, got[m*c:])
		for i := range m {
			row := x[i*c : i*c+c]
			var mean, variance float64
			for _, v := range row {
				mean += float64(v) / float64(c)
			}
			for _, v := range row {
				variance += (float64(v) - mean) * (float64(v) - mean) / float64(c)
			}
			inv := 1 / math.Sqrt(variance+eps)
			for j, v := range row {
				want := (float64(v)-mean)*inv*float64(gain[j]) + float64(bias[j])
				within(t, what, i*c+j, got[i*c+j], want, 1e-6*(1+5*inv)*(1+abs(float64(gain[j]))))
			}
		}
		LayerNormRows(x, x, gain, bias, eps, m, c)
		sameBits(t, what+" in place", x, twin)
	})
}

func TestSoftmaxRows(t *testing.T) {
	eachRowShape(func(what string, m, n int) {
		for _, withBias := range []bool{true, false} {
			r := random(uint64(m*1009 + n))
			lds, ldb := n+2, n+5
			s := normal(r, m*lds, 20)
			var bias []float32
			if withBias {
				bias = normal(r, m*ldb, 2)
			}
			const scale = 0.125
			got, twin := slices.Clone(s), slices.Clone(s)
			SoftmaxRows(got, lds, bias, ldb, scale, m, n)
			softmaxRowsScalar(twin, lds, bias, ldb, scale, m, n)
			sameBits(t, what, got, twin)
			for i := range m {
				e, sum, top := make([]float64, n), 0.0, math.Inf(-1)
				for j := range e {
					e[j] = float64(s[i*lds+j]) * scale
					if withBias {
						e[j] += float64(bias[i*ldb+j])
					}
					top = max(top, e[j])
				}
				for j := range e {
					e[j] = math.Exp(e[j] - top)
					sum += e[j]
				}
				for j := range e {
					within(t, what, i*lds+j, got[i*lds+j], e[j]/sum, 3e-6*e[j]/sum)
				}
				sameBits(t, what+" beside the row", got[i*lds+n:i*lds+lds], s[i*lds+n:i*lds+lds])
			}
		}
	})
}

// Scores far beyond the range of e^x are what stability is about.
func TestSoftmaxRowsExtremes(t *testing.T) {
	inf := float32(math.Inf(-1))
	s := []float32{1e30, -1e30, 1e30, inf, 3, 0, 0, 0, 0, 0}
	SoftmaxRows(s, len(s), nil, 0, 1, 1, len(s))
	want := []float32{0.5, 0, 0.5, 0, 0, 0, 0, 0, 0, 0}
	sameBits(t, "extremes", s, want)

	for _, v := range []float32{float32(math.NaN()), -inf, inf} {
		row := slices.Repeat([]float32{v}, 9)
		SoftmaxRows(row, 9, nil, 0, 1, 1, 9)
	}
}
