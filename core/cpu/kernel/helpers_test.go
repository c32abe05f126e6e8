package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sizes are one short of a tile, a tile, and one over, for every tile in use,
// and some primes.
var sizes = []int{1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 33}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func normal(r *rand.Rand, n int, sigma float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64() * sigma)
	}
	return x
}

// bytes are n values of magnitude up to most.
func bytes(r *rand.Rand, n, most int) []int8 {
	x := make([]int8, n)
	for i := range x {
		x[i] = int8(r.IntN(2*most+1) - most)
	}
	return x
}

// guard is written behind a result and must be found there again.
const guard = 12345.5

func guarded(n int) []float32 {
	x := make([]float32, n+8)
	for i := range x {
		x[i] = guard
	}
	return x
}

func checkGuard(t *testing.T, what string, x []float32) {
	t.Helper()
	for i, v := range x {
		if v != guard {
			t.Fatalf("%s: element %d behind the result was overwritten with %v", what, i, v)
		}
	}
}

// sameBits asks for equal float32 values bit by bit, any NaN being like another.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		if math.Float32bits(v) != math.Float32bits(want[i]) && !(v != v && want[i] != want[i]) {
			t.Fatalf("%s: element %d is %v, the scalar twin has %v", what, i, v, want[i])
		}
	}
}

func within(t *testing.T, what string, i int, got float32, want, tolerance float64) {
	t.Helper()
	if d := math.Abs(float64(got) - want); !(d <= tolerance) {
		t.Fatalf("%s: element %d is %v, want %v within %.3g", what, i, got, want, tolerance)
	}
}

func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	f()
}

func maxAbs(x []float32) float64 {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(float64(v)))
	}
	return top
}
