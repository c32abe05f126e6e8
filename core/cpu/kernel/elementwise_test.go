package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

type function struct {
	name   string
	kernel func([]float32)
	twin   func([]float32)
	exact  func(float64) float64
	lo, hi float64 // where the tolerance is promised
	// relative and absolute are the tolerance: their sum.
	relative, absolute float64
}

var functions = []function{
	{"Exp", Exp, expEachScalar, math.Exp, -87.3, 88.7, 2e-7, 0},
	{"Log", Log, logEachScalar, math.Log, 1e-45, math.MaxFloat32, 2e-7, 2e-7},
	{"Sigmoid", Sigmoid, sigmoidEachScalar, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, -87, 87, 0, 1.2e-7},
	{"GELU", GELU, geluEachScalar, func(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) }, -1e30, 1e30, 6e-8, 3e-7},
}

var oddities = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 1e-45, -1e-45, 0x1p-126, 1e-30, 1e30, -1e30,
	math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	88.72, 88.73, -87.3, -87.4, -103.9, -104, -105, 89, 90, 7.69, 7.71, -7.69, -7.71, 0.70710677, 0.7071068, 1.4142135, 1.4142137,
}

func TestFunctions(t *testing.T) {
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			for _, n := range append([]int{0, 1000}, sizes...) {
				for _, sigma := range []float64{1e-3, 1, 10, 60} {
					x := normal(random(uint64(n)), n, sigma)
					got, twin := append(slices.Clone(x), guard), slices.Clone(x)
					f.kernel(got[:n:n])
					f.twin(twin)
					sameBits(t, fmt.Sprintf("n=%d", n), got[:n], twin)
					checkGuard(t, f.name, got[n:])
				}
			}
			got, twin := slices.Clone(oddities), slices.Clone(oddities)
			f.kernel(got)
			f.twin(twin)
			for i := range got {
				sameBits(t, fmt.Sprint(oddities[i]), got[i:i+1], twin[i:i+1])
			}
		})
	}
}

// TestFunctionAccuracy compares every function with float64 on a dense sample of
// all float32 values of its domain.
func TestFunctionAccuracy(t *testing.T) {
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			var x []float32
			for b := uint64(0); b < 1<<32; b += 24_593 {
				v := math.Float32frombits(uint32(b))
				if float64(v) >= f.lo && float64(v) <= f.hi {
					x = append(x, v)
				}
			}
			for v := max(f.lo, -20); v < min(f.hi, 20); v += 1e-3 {
				x = append(x, float32(v))
			}
			got := slices.Clone(x)
			f.kernel(got)
			for i, v := range x {
				want := f.exact(float64(v))
				within(t, fmt.Sprint(v), i, got[i], want, f.relative*abs(want)+f.absolute)
			}
		})
	}
}

func TestFunctionLimits(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name     string
		kernel   func([]float32)
		in, want float64
	}{
		{"Exp", Exp, inf, inf}, {"Exp", Exp, -inf, 0}, {"Exp", Exp, nan, nan}, {"Exp", Exp, 0, 1}, {"Exp", Exp, 88.8, inf}, {"Exp", Exp, -104.5, 0},
		{"Log", Log, inf, inf}, {"Log", Log, 0, -inf}, {"Log", Log, -1, nan}, {"Log", Log, -inf, nan}, {"Log", Log, nan, nan}, {"Log", Log, 1, 0},
		{"Sigmoid", Sigmoid, inf, 1}, {"Sigmoid", Sigmoid, -inf, 0}, {"Sigmoid", Sigmoid, nan, nan}, {"Sigmoid", Sigmoid, 0, 0.5},
		{"GELU", GELU, inf, inf}, {"GELU", GELU, -inf, 0}, {"GELU", GELU, nan, nan}, {"GELU", GELU, 0, 0}, {"GELU", GELU, 100, 100}, {"GELU", GELU, -100, 0},
	} {
		x := slices.Repeat([]float32{float32(c.in)}, 9)
		c.kernel(x)
		for i, v := range x {
			if got := float64(v); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
				t.Errorf("%s(%v) is %v in element %d, want %v", c.name, c.in, got, i, c.want)
			}
		}
	}
}
