//go:build amd64 && goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

func gemmF32AVX2(dst []float32, ldd int, a []float32, lda, m int, w *PanelsF32, bias []float32) {
	n := w.N
	for j := 0; j < n; j += 2 * panelCols {
		// A last panel without a partner is its own, and the second half of the sums
		// goes unused.
		w0 := w.panel(j / panelCols)
		w1 := w0
		if j+panelCols < n {
			w1 = w.panel(j/panelCols + 1)
		}
		cols := min(2*panelCols, n-j)
		var b [2 * panelCols]float32
		if bias != nil {
			copy(b[:], bias[j:n])
		}
		for i := 0; i < m; i += tileRows {
			var sums [tileRows][2]f32x8
			dotF32Tile(&sums, rowPointers(a, i, m, lda), w0, w1)
			for t := range min(tileRows, m-i) {
				storeTile(dst[(i+t)*ldd+j:][:cols], sums[t][0], sums[t][1], &b, bias != nil)
			}
		}
	}
}

// storeTile stores what a tile has of one row: the sums of up to sixteen outputs,
// with their biases where there are any.
func storeTile(dst []float32, low, high f32x8, bias *[2 * panelCols]float32, withBias bool) {
	if withBias {
		low = low.Add(archsimd.LoadFloat32x8(bias[:panelCols]))
		high = high.Add(archsimd.LoadFloat32x8(bias[panelCols:]))
	}
	if len(dst) == 2*panelCols {
		low.Store(dst)
		high.Store(dst[panelCols:])
		return
	}
	n := low.StorePart(dst)
	high.StorePart(dst[n:])
}

// dotF32Tile multiplies four rows by two panels. Like dotI8Tile it goes without
// bounds checks: both panels are equally long, and each row holds a value for
// every eight of a panel's. Fused multiply-adds would gain little, the processor
// having units of their own for sums, and would cost the equality with the
// browser's results.
func dotF32Tile(sums *[tileRows][2]f32x8, a [tileRows]unsafe.Pointer, w0, w1 []float32) {
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	p0, p1 := unsafe.Pointer(&w0[0]), unsafe.Pointer(&w1[0])
	var s00, s01, s10, s11, s20, s21, s30, s31 f32x8
	for i := range uintptr(len(w0) / panelCols) {
		x := archsimd.LoadFloat32x8Array((*[8]float32)(unsafe.Add(p0, i*32)))
		y := archsimd.LoadFloat32x8Array((*[8]float32)(unsafe.Add(p1, i*32)))
		v := each(a0, i)
		s00 = maddV(v, x, s00)
		s01 = maddV(v, y, s01)
		v = each(a1, i)
		s10 = maddV(v, x, s10)
		s11 = maddV(v, y, s11)
		v = each(a2, i)
		s20 = maddV(v, x, s20)
		s21 = maddV(v, y, s21)
		v = each(a3, i)
		s30 = maddV(v, x, s30)
		s31 = maddV(v, y, s31)
	}
	*sums = [tileRows][2]f32x8{{s00, s01}, {s10, s11}, {s20, s21}, {s30, s31}}
}

// each is the i-th value at p, in all lanes.
func each(p unsafe.Pointer, i uintptr) f32x8 {
	return splat(*(*float32)(unsafe.Add(p, i*4)))
}
