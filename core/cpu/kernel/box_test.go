package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestBoxLine(t *testing.T) {
	for _, n := range append([]int{0, 31, 100}, sizes...) {
		for _, radius := range []int{0, 1, 2, 15, 40} {
			what := fmt.Sprintf("n=%d radius=%d", n, radius)
			src := normal(random(uint64(n)), n, 1)
			got, twin := guarded(n), make([]float32, n)
			BoxLine(got[:n], src, radius)
			boxLineScalar(twin, src, radius)
			sameBits(t, what, got[:n], twin)
			checkGuard(t, what, got[n:])
			for x := range n {
				var sum float64
				near := src[max(x-radius, 0):min(x+radius+1, n)]
				for _, v := range near {
					sum += float64(v)
				}
				within(t, what, x, got[x], sum/float64(len(near)), 1e-6)
			}
		}
	}
}

func TestBoxStep(t *testing.T) {
	for _, n := range append([]int{0, 100}, sizes...) {
		r := random(uint64(n))
		in, gone := normal(r, n, 1), normal(r, n, 1)
		sums := make([]float64, n)
		for x := range sums {
			sums[x] = r.NormFloat64()
		}
		for mask := range 8 {
			what := fmt.Sprintf("n=%d parts=%03b", n, mask)
			part := func(bit int, line []float32) []float32 {
				if mask>>bit&1 == 0 {
					return nil
				}
				return line
			}
			got, twin := guarded(n), make([]float32, n)
			next, twinNext := append(slices.Clone(sums), 1), slices.Clone(sums)
			BoxStep(part(0, got[:n:n]), next[:n:n], part(1, in), part(2, gone), 0.3)
			boxStepScalar(part(0, twin), twinNext, part(1, in), part(2, gone), 0.3)
			if !slices.Equal(next[:n], twinNext) || next[n] != 1 {
				t.Fatalf("%s: sums %v, the scalar twin has %v", what, next, twinNext)
			}
			checkGuard(t, what, got[n:])
			if part(0, got) == nil {
				continue
			}
			sameBits(t, what, got[:n], twin)
			for x := range n {
				want := sums[x]
				if part(1, in) != nil {
					want += float64(in[x])
				}
				within(t, what, x, got[x], 0.3*want, 1e-6)
			}
		}
	}
}

func TestBoxPanics(t *testing.T) {
	f, sums := make([]float32, 4), make([]float64, 4)
	mustPanic(t, "short src", func() { BoxLine(f, f[:3], 1) })
	mustPanic(t, "negative radius", func() { BoxLine(f, make([]float32, 4), -1) })
	mustPanic(t, "short dst", func() { BoxStep(f[:3], sums, f, f, 1) })
	mustPanic(t, "short gone", func() { BoxStep(f, sums, f, f[:3], 1) })
}
