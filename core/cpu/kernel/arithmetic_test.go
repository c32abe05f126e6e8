package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestArithmetic(t *testing.T) {
	const fa, fb = 0.3, -1.7
	for _, c := range []struct {
		name         string
		kernel, twin func(dst, a, b, share []float32)
		exact        func(dst, a, b, share float64) float64
	}{
		{
			"Add",
			func(dst, a, _, _ []float32) { Add(dst, a) },
			func(dst, a, _, _ []float32) { addScalar(dst, a) },
			func(dst, a, _, _ float64) float64 { return dst + a },
		}, {
			"MulAdd",
			func(dst, a, b, _ []float32) { MulAdd(dst, a, b) },
			func(dst, a, b, _ []float32) { mulAddScalar(dst, a, b) },
			func(dst, a, b, _ float64) float64 { return dst + a*b },
		}, {
			"Mix",
			func(dst, a, b, _ []float32) { Mix(dst, a, b, fa, fb) },
			func(dst, a, b, _ []float32) { mixScalar(dst, a, b, fa, fb) },
			func(_, a, b, _ float64) float64 { return fa*a + fb*b },
		}, {
			"Blend",
			func(dst, a, b, share []float32) { Blend(dst, a, b, share) },
			func(dst, a, b, share []float32) { blendScalar(dst, a, b, share) },
			func(_, a, b, share float64) float64 { return share*a + (1-share)*b },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range append([]int{0, 192}, sizes...) {
				what := fmt.Sprintf("n=%d", n)
				r := random(uint64(n))
				old, a, b, share := normal(r, n, 1), normal(r, n, 1), normal(r, n, 1), normal(r, n, 1)
				got, twin := append(slices.Clone(old), guard), slices.Clone(old)
				c.kernel(got[:n:n], a, b, share)
				c.twin(twin, a, b, share)
				sameBits(t, what, got[:n], twin)
				checkGuard(t, what, got[n:])
				for i := range n {
					within(t, what, i, got[i], c.exact(float64(old[i]), float64(a[i]), float64(b[i]), float64(share[i])), 3e-6)
				}
			}
		})
	}
}

func TestArithmeticInPlace(t *testing.T) {
	const n = 21
	r := random(1)
	a, b, share := normal(r, n, 1), normal(r, n, 1), normal(r, n, 1)
	mixed, blended := make([]float32, n), make([]float32, n)
	Mix(mixed, a, b, 2, 3)
	Blend(blended, a, b, share)
	x, y := slices.Clone(a), slices.Clone(b)
	Mix(x, x, b, 2, 3)
	Mix(y, a, y, 2, 3)
	sameBits(t, "Mix into a", x, mixed)
	sameBits(t, "Mix into b", y, mixed)
	Blend(share, a, b, share)
	sameBits(t, "Blend into share", share, blended)
}

func TestArithmeticPanics(t *testing.T) {
	f := make([]float32, 4)
	mustPanic(t, "short x", func() { Add(f, f[:3]) })
	mustPanic(t, "short y", func() { MulAdd(f, f, f[:3]) })
	mustPanic(t, "short b", func() { Mix(f, f, f[:3], 1, 1) })
	mustPanic(t, "short share", func() { Blend(f, f, f, f[:3]) })
}
