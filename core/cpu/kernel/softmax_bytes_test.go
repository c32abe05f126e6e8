package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestSoftmaxBytes(t *testing.T) {
	eachRowShape(func(what string, m, n int) {
		for _, withBias := range []bool{true, false} {
			r := random(uint64(m*1019 + n))
			lds, ldb := n+2, n+5
			s := normal(r, m*lds, 20)
			var bias []float32
			if withBias {
				bias = normal(r, m*ldb, 2)
			}
			const factor = 0.125
			got, twin := make([]int8, m*n+8), make([]int8, m*n)
			scale, twinScale := guarded(m), make([]float32, m)
			SoftmaxBytes(got, scale, slices.Clone(s), lds, bias, ldb, factor, m, n)
			softmaxBytesScalar(twin, twinScale, slices.Clone(s), lds, bias, ldb, factor, m, n)
			sameBits(t, what+" scale", scale[:m], twinScale)
			checkGuard(t, what+" scale", scale[m:])
			if !slices.Equal(got[:m*n], twin) {
				t.Fatalf("%s: %v, the scalar twin has %v", what, got[:m*n], twin)
			}
			if slices.Max(got[m*n:]) != 0 || slices.Min(got[m*n:]) != 0 {
				t.Fatalf("%s: wrote behind the result", what)
			}
			for i := range m {
				x, top, sum := make([]float64, n), math.Inf(-1), 0
				for j := range x {
					x[j] = float64(s[i*lds+j]) * factor
					if withBias {
						x[j] += float64(bias[i*ldb+j])
					}
					top = max(top, x[j])
				}
				for j := range x {
					within(t, what, i*n+j, float32(got[i*n+j]), certain*math.Exp(x[j]-top), 0.5003)
					sum += int(got[i*n+j])
				}
				within(t, what+" scale", i, scale[i], 1/float64(sum), 1e-7/float64(sum))
			}
		}
	})
}

func TestSoftmaxBytesExtremes(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		in    []float32
		want  []int8
		scale float32
	}{
		{[]float32{1e30, -1e30, 1e30, -inf, 3, 0, 0, 0, 0, 0}, []int8{127, 0, 127, 0, 0, 0, 0, 0, 0, 0}, 1. / 254},
		{[]float32{7}, []int8{127}, 1. / 127},
		{[]float32{nan, 0, nan, 0, nan}, []int8{0, 127, 0, 127, 0}, 1. / 254},
		{[]float32{nan, nan, nan}, []int8{0, 0, 0}, inf},
		{[]float32{-inf, -inf}, []int8{0, 0}, inf},
		{[]float32{inf, 0}, []int8{0, 0}, inf},
	} {
		got, scale := make([]int8, len(c.in)), []float32{0}
		what := fmt.Sprint(c.in)
		SoftmaxBytes(got, scale, slices.Clone(c.in), len(c.in), nil, 0, 1, 1, len(c.in))
		sameBits(t, what, scale, []float32{c.scale})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}
