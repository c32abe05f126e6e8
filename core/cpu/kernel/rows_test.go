package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestRows(t *testing.T) {
	for _, m := range []int{0, 1, 2, 7} {
		for _, c := range append([]int{192}, sizes...) {
			what := fmt.Sprintf("m=%d c=%d", m, c)
			const rows = 5
			r := random(uint64(m*1009 + c))
			z, x := normal(r, rows*c, 1), normal(r, m*c, 1)
			idx := make([]int32, m)
			for i := range idx {
				idx[i] = int32(r.IntN(rows))
			}
			want := slices.Clone(z)
			for i, row := range idx {
				for j := range c {
					want[int(row)*c+j] += x[i*c+j]
				}
			}
			gathered := guarded(m * c)
			GatherRows(gathered, z, idx, c)
			for i, row := range idx {
				sameBits(t, what, gathered[i*c:i*c+c], z[int(row)*c:int(row)*c+c])
			}
			checkGuard(t, what, gathered[m*c:])
			twin := slices.Clone(z)
			addRowsScalar(twin, x, idx, c)
			sameBits(t, what, twin, want)
			AddRows(z, x, idx, c)
			sameBits(t, what, z, want)
		}
	}
}

func TestRowsPanics(t *testing.T) {
	f := make([]float32, 6)
	mustPanic(t, "negative row", func() { AddRows(f, f, []int32{-1}, 3) })
	mustPanic(t, "row out of range", func() { AddRows(f, f, []int32{2}, 3) })
	mustPanic(t, "gathered row out of range", func() { GatherRows(f, f, []int32{2}, 3) })
	mustPanic(t, "short x", func() { AddRows(f, f[:2], []int32{0}, 3) })
	mustPanic(t, "short dst", func() { GatherRows(f[:5], f, []int32{0, 1}, 3) })
}
