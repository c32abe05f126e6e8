package kernel

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

func TestGemmI8(t *testing.T) {
	for _, m := range sizes {
		for _, n := range sizes {
			for _, k := range sizes {
				checkGemmI8(t, m, n, k, m != 3)
			}
		}
	}
	checkGemmI8(t, 67, 101, 257, true)
	checkGemmI8(t, 196, 49, 96, false)
	checkGemmI8(t, 5, 3, 1531, true)
}

func checkGemmI8(t *testing.T, m, n, k int, withBias bool) {
	t.Helper()
	what := fmt.Sprintf("m=%d n=%d k=%d bias=%v", m, n, k, withBias)
	r := random(uint64(m*1_000_003 + n*1009 + k))
	// Up to 127 hardly any two quads go together, up to 64 all do.
	a, w := bytes(r, m*k, limit), bytes(r, n*k, []int{64, 96, 127}[(m+n+k)%3])
	aScale, wScale := normal(r, m, 0.1), normal(r, n, 0.01)
	var bias []float32
	if withBias {
		bias = normal(r, n, 1)
	}
	p := PackI8(w, n, k)
	got, twin := guarded(m*n), make([]float32, m*n)
	GemmI8(got, n, a, aScale, m, p, wScale, bias)
	gemmI8Scalar(twin, n, a, aScale, m, p, wScale, bias)
	checkGuard(t, what, got[m*n:])
	sameBits(t, what, got[:m*n], twin)

	for i := range m {
		for j := range n {
			sum := 0
			for l := range k {
				sum += int(a[i*k+l]) * int(w[j*k+l])
			}
			want := float64(sum) * float64(aScale[i]) * float64(wScale[j])
			tolerance := abs(want) * 4e-7
			if withBias {
				want += float64(bias[j])
				tolerance += abs(want) * 1e-7
			}
			within(t, what, i*n+j, got[i*n+j], want, tolerance+1e-30)
		}
	}
}

// The largest sum there can be must not overflow.
func TestGemmI8Extremes(t *testing.T) {
	for _, s := range []int8{127, -128, 64, -64} {
		const m, n = 5, 9
		a, w := make([]int8, m*MaxK), make([]int8, n*MaxK)
		for i := range a {
			a[i] = limit
		}
		for i := range w {
			w[i] = s
		}
		ones := make([]float32, n)
		for i := range ones {
			ones[i] = 1
		}
		dst := make([]float32, m*n)
		GemmI8(dst, n, a, ones, m, PackI8(w, n, MaxK), ones, nil)
		for i, v := range dst {
			within(t, "extreme", i, v, limit*float64(s)*MaxK, 0)
		}
	}
}

func TestGemmI8Panics(t *testing.T) {
	p := PackI8(make([]int8, 6), 2, 3)
	f := make([]float32, 8)
	a := make([]int8, 6)
	mustPanic(t, "short dst", func() { GemmI8(f[:3], 2, a, f, 2, p, f, nil) })
	mustPanic(t, "short a", func() { GemmI8(f, 2, a[:5], f, 2, p, f, nil) })
	mustPanic(t, "short aScale", func() { GemmI8(f, 2, a, f[:1], 2, p, f, nil) })
	mustPanic(t, "short wScale", func() { GemmI8(f, 2, a, f, 2, p, f[:1], nil) })
	mustPanic(t, "short bias", func() { GemmI8(f, 2, a, f, 2, p, f, f[:1]) })
	mustPanic(t, "short weights", func() { PackI8(a, 3, 3) })
	mustPanic(t, "no inputs", func() { PackI8(a, 3, 0) })
	mustPanic(t, "k beyond MaxK", func() { PackI8(make([]int8, MaxK+1), 1, MaxK+1) })
	GemmI8(nil, 2, nil, nil, 0, p, f, nil)
}

// Panels are shared between goroutines, one for every tile of a picture.
func TestGemmI8Concurrent(t *testing.T) {
	const m, n, k = 9, 17, 33
	r := random(1)
	a, p := bytes(r, m*k, limit), PackI8(bytes(r, n*k, 127), n, k)
	aScale, wScale := normal(r, m, 1), normal(r, n, 1)
	want := make([]float32, m*n)
	gemmI8Scalar(want, n, a, aScale, m, p, wScale, nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				got := make([]float32, m*n)
				GemmI8(got, n, a, aScale, m, p, wScale, nil)
				if !slices.Equal(got, want) {
					t.Error("another goroutine's rows got into the product")
					return
				}
			}
		})
	}
	wg.Wait()
}

func abs(x float64) float64 { return max(x, -x) }
