package kernel

import (
	"fmt"
	"testing"
)

func TestGemmF32(t *testing.T) {
	for _, m := range sizes {
		for _, n := range sizes {
			for _, k := range sizes {
				checkGemmF32(t, m, n, k, m%3, n%2*5, k%3, n != 4)
			}
		}
	}
	checkGemmF32(t, 196, 196, 64, 128, 0, 0, false)
	checkGemmF32(t, 53, 48, 432, 0, 16, 3, true)
	checkGemmF32(t, 10, 41, 1009, 1, 2, 3, true)
}

func checkGemmF32(t *testing.T, m, n, k, padA, padDst, padW int, withBias bool) {
	t.Helper()
	what := fmt.Sprintf("m=%d n=%d k=%d bias=%v", m, n, k, withBias)
	r := random(uint64(m*1_000_003 + n*1009 + k))
	lda, ldd, ldw := k+padA, n+padDst, k+padW
	a := normal(r, (m-1)*lda+k, 1)
	w := normal(r, (n-1)*ldw+k, 1)
	var bias []float32
	if withBias {
		bias = normal(r, n, 1)
	}
	p := PackF32(w, n, k, ldw)
	got, twin := guarded(m*ldd), guarded(m*ldd)
	GemmF32(got, ldd, a, lda, m, p, bias)
	gemmF32Scalar(twin, ldd, a, lda, m, p, bias)

	for i := range m {
		checkGuard(t, what, got[i*ldd+n:(i+1)*ldd])
		for j := range n {
			var sum, size float64
			for l := range k {
				v := float64(a[i*lda+l]) * float64(w[j*ldw+l])
				sum += v
				size += abs(v)
			}
			if withBias {
				sum += float64(bias[j])
				size += abs(float64(bias[j]))
			}
			at := i*ldd + j
			// A running sum of k roundings drifts like √k, far inside k/8 of them.
			within(t, what, at, got[at], sum, (4+float64(k)/8)*6e-8*size)
		}
	}
	sameBits(t, what, got, twin)
	checkGuard(t, what, got[m*ldd:])
}

func TestPackF32(t *testing.T) {
	var reused PanelsF32
	for _, n := range sizes {
		for _, k := range append([]int{64, 97}, sizes...) {
			what := fmt.Sprintf("n=%d k=%d", n, k)
			r := random(uint64(n*1009 + k))
			ld := k + 3
			w := normal(r, n*ld, 1)
			var want PanelsF32
			want.resize(n, k)
			packF32Scalar(&want, w, ld)
			reused.Pack(w, n, k, ld)
			sameBits(t, what, reused.data, want.data)

			wt := make([]float32, k*(n+5))
			for j := range n {
				for i := range k {
					wt[i*(n+5)+j] = w[j*ld+i]
				}
			}
			reused.PackT(wt, k, n, n+5)
			sameBits(t, what+" transposed", reused.data, want.data)
			sameBits(t, what+" transposed", PackF32T(wt, k, n, n+5).data, want.data)
			for j := range n {
				for i := range k {
					if got := want.data[(j/8*k+i)*8+j%8]; got != w[j*ld+i] {
						t.Fatalf("%s: panel holds %v at (%d,%d), want %v", what, got, j, i, w[j*ld+i])
					}
				}
			}
		}
	}
}

func TestGemmF32Panics(t *testing.T) {
	f := make([]float32, 12)
	p := PackF32(f, 3, 4, 4)
	mustPanic(t, "short dst", func() { GemmF32(f[:8], 3, f, 4, 3, p, nil) })
	mustPanic(t, "narrow dst", func() { GemmF32(f, 2, f, 4, 3, p, nil) })
	mustPanic(t, "short a", func() { GemmF32(f, 3, f[:11], 4, 3, p, nil) })
	mustPanic(t, "short bias", func() { GemmF32(f, 3, f, 4, 3, p, f[:2]) })
	mustPanic(t, "short w", func() { PackF32(f, 3, 5, 5) })
	mustPanic(t, "narrow w", func() { PackF32T(f, 3, 4, 3) })
}
