package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// Each is compared with its twin bit for bit, and with the formula in float64.
func TestActivity(t *testing.T) {
	for _, n := range append([]int{0, 100}, sizes...) {
		what := fmt.Sprintf("n=%d", n)
		rng := random(uint64(n))
		a, b, c := normal(rng, n, 1), normal(rng, n, 1), normal(rng, n, 1)
		check := func(name string, kernel, twin func(dst []float32), exact func(x int) float64) {
			got, want := append(slices.Clone(a), guard), slices.Clone(a)
			kernel(got[:n:n])
			twin(want)
			sameBits(t, name+" "+what, got[:n], want)
			checkGuard(t, name+" "+what, got[n:])
			for x := range n {
				within(t, name+" "+what, x, got[x], exact(x), 3e-6*(1+abs(exact(x))))
			}
		}
		at := func(line []float32, x int) float64 { return float64(line[min(max(x, 0), n-1)]) }
		check("Grey",
			func(dst []float32) { Grey(dst, a, b, c) },
			func(dst []float32) { greyScalar(dst, a, b, c) },
			func(x int) float64 { return (at(a, x) + at(b, x) + at(c, x)) / 3 })
		check("Laplacian",
			func(dst []float32) { Laplacian(dst, a, b, c) },
			func(dst []float32) { laplacianScalar(dst, a, b, c) },
			func(x int) float64 { return abs(4*at(b, x) - at(a, x) - at(c, x) - at(b, x-1) - at(b, x+1)) })

		// What is compared is not negative.
		for x := range n {
			a[x], b[x] = abs32(a[x]), abs32(b[x])
		}
		const floor = 0.05
		check("Contrast",
			func(dst []float32) { Contrast(dst, b, floor) },
			func(dst []float32) { contrastScalar(dst, b, floor) },
			func(x int) float64 { return (at(a, x) - at(b, x)) / (at(a, x) + at(b, x) + floor) })
	}
}

func TestActivityPanics(t *testing.T) {
	f, g := make([]float32, 4), make([]float32, 4)
	mustPanic(t, "short b", func() { Grey(f, g, g, g[:3]) })
	mustPanic(t, "short down", func() { Laplacian(f, g, g, g[:3]) })
	mustPanic(t, "short b", func() { Contrast(f, g[:3], 1) })
}
