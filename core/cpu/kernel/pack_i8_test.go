package kernel

import (
	"fmt"
	"slices"
	"testing"
)

// What attention packs is multiplied like a matrix of weights, its rows or columns as
// QuantiseRows would quantise them.
func TestPackedForAttention(t *testing.T) {
	for _, n := range sizes {
		for _, k := range sizes {
			checkPackRows(t, n, k)
			checkPackColumns(t, n, k)
		}
	}
	checkPackRows(t, 196, 64)
	checkPackColumns(t, 64, 196)
	checkPackColumns(t, 24, 49)
}

func checkPackRows(t *testing.T, n, k int) {
	t.Helper()
	const m = 5
	r := random(uint64(n*1009 + k))
	a, w := bytes(r, m*k, limit), bytes(r, n*k, limit)
	ones := slices.Repeat([]float32{1}, max(m, n))
	var p PanelsI8
	p.PackColumns(make([]float32, n), normal(r, n*k, 1), k, n, n) // what is there before must not matter
	p.PackRows(w, n, k)
	got, want := guarded(m*n), make([]float32, m*n)
	GemmI8(got, n, a, ones, m, &p, ones, nil)
	GemmI8(want, n, a, ones, m, PackI8(w, n, k), ones, nil)
	what := fmt.Sprintf("rows n=%d k=%d", n, k)
	sameBits(t, what, got[:m*n], want)
	checkGuard(t, what, got[m*n:])
}

func checkPackColumns(t *testing.T, n, k int) {
	t.Helper()
	const m = 5
	what := fmt.Sprintf("columns n=%d k=%d", n, k)
	r := random(uint64(n*1013 + k))
	ld := n + 3
	w := normal(r, k*ld, 2)
	for i := range k {
		w[i*ld] = 0
	}
	a := bytes(r, m*k, 127)
	for i, v := range a {
		a[i] = max(v, -v)
	}
	a[0] = 127
	scale, columns := guarded(n), make([]float32, n*k)
	for i := range k {
		for j := range n {
			columns[j*k+i] = w[i*ld+j]
		}
	}
	bytes, want := make([]int8, n*k), make([]float32, n)
	QuantiseRows(bytes, want, columns, k, n, k)

	var p PanelsI8
	p.PackRows(make([]int8, n*k), n, k)
	p.PackColumns(scale, w, k, n, ld)
	sameBits(t, what+" scale", scale[:n], want)
	checkGuard(t, what+" scale", scale[n:])
	ones, got := slices.Repeat([]float32{1}, max(m, n)), guarded(m*n)
	GemmI8(got, n, a, ones, m, &p, ones, nil)
	checkGuard(t, what, got[m*n:])
	for i := range m {
		for j := range n {
			sum := 0
			for l := range k {
				sum += int(a[i*k+l]) * int(bytes[j*k+l])
			}
			within(t, what, i*n+j, got[i*n+j], float64(sum), 0)
		}
	}
}

// The largest sums of attention must not overflow where they are int16.
func TestPackedExtremes(t *testing.T) {
	const m, n, k = 4, 8, 196
	for _, s := range []int8{limit, -limit} {
		w, ones := slices.Repeat([]int8{s}, n*k), slices.Repeat([]float32{1}, n)
		a, dst := slices.Repeat([]int8{limit}, m*k), make([]float32, m*n)
		var p PanelsI8
		p.PackRows(w, n, k)
		GemmI8(dst, n, a, ones, m, &p, ones, nil)
		for i, v := range dst {
			within(t, "rows", i, v, limit*float64(s)*k, 0)
		}
		a = slices.Repeat([]int8{certain}, m*k)
		p.PackColumns(make([]float32, n), slices.Repeat([]float32{float32(s)}, n*k), k, n, n)
		GemmI8(dst, n, a, ones, m, &p, ones, nil)
		for i, v := range dst {
			within(t, "columns", i, v, certain*float64(s)*k, 0)
		}
	}
}

func TestPackPanics(t *testing.T) {
	var p PanelsI8
	f := make([]float32, 8)
	mustPanic(t, "short rows", func() { p.PackRows(make([]int8, 5), 2, 3) })
	mustPanic(t, "no inputs", func() { p.PackRows(nil, 2, 0) })
	mustPanic(t, "k beyond MaxK", func() { p.PackRows(make([]int8, MaxK+1), 1, MaxK+1) })
	mustPanic(t, "short scale", func() { p.PackColumns(f[:1], f, 2, 2, 2) })
	mustPanic(t, "short columns", func() { p.PackColumns(f, f[:3], 2, 2, 2) })
	mustPanic(t, "columns of each other", func() { p.PackColumns(f, f, 2, 3, 2) })
}
