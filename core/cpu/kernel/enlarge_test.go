package kernel

import (
	"fmt"
	"testing"
)

func TestEnlargeRow(t *testing.T) {
	for _, samples := range []int{1, 2, 14} {
		for _, wide := range append([]int{0, 112}, sizes...) {
			for _, n := range []int{1, 4, 11} {
				what := fmt.Sprintf("%d samples of %d to %d", samples, n, wide)
				r := random(uint64(samples*1009 + wide))
				src := normal(r, samples*n, 1)
				taps := Taps{Low: make([]int32, wide), High: make([]int32, wide), Frac: make([]float32, wide)}
				for i := range wide {
					taps.Low[i] = int32(r.IntN(samples))
					taps.High[i] = int32(r.IntN(samples))
					taps.Frac[i] = r.Float32()
				}
				got, twin := guarded(n*wide), make([]float32, n*wide)
				EnlargeRow(got, src, n, taps)
				enlargeRowScalar(twin, src, n, taps)
				sameBits(t, what, got[:n*wide], twin)
				checkGuard(t, what, got[n*wide:])
				for i := range wide {
					for k := range n {
						a, b, f := float64(src[int(taps.Low[i])*n+k]), float64(src[int(taps.High[i])*n+k]), float64(taps.Frac[i])
						within(t, what, k*wide+i, got[k*wide+i], a+(b-a)*f, 1e-6)
					}
				}
			}
		}
	}
}

func TestEnlargeRowPanics(t *testing.T) {
	f, at := make([]float32, 4), make([]int32, 4)
	mustPanic(t, "short dst", func() { EnlargeRow(f, f, 2, Taps{at, at, f}) })
	mustPanic(t, "short High", func() { EnlargeRow(f, f, 1, Taps{at, at[:3], f}) })
	mustPanic(t, "sample out of range", func() { EnlargeRow(f, f, 1, Taps{at, []int32{0, 0, 4, 0}, f}) })
	mustPanic(t, "negative sample", func() { EnlargeRow(f, f, 1, Taps{[]int32{0, -1, 0, 0}, at, f}) })
}
