//go:build amd64 && goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"sync"
	"unsafe"
)

// widened holds rows of a as int16, see widenedRows.
var widened = sync.Pool{New: func() any { return new([]int16) }}

func gemmI8AVX2(dst []float32, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	n, k := w.N, w.K
	even, group := widenedRows(k)
	buffer := widened.Get().(*[]int16)
	defer widened.Put(buffer)
	if need := min(group, m) * even; cap(*buffer) < need {
		*buffer = make([]int16, need)
	}
	for i := 0; i < m; i += group {
		rows := min(group, m-i)
		x := (*buffer)[:rows*even]
		for r := range rows {
			widen(x[r*even:(r+1)*even], a[(i+r)*k:(i+r+1)*k])
		}
		for j := 0; j < n; j += 2 * panelCols {
			// A last panel without a partner is its own, and the second half of the
			// sums goes unused.
			w0 := w.panel(j / panelCols)
			w1 := w0
			if j+panelCols < n {
				w1 = w.panel(j/panelCols + 1)
			}
			cols := min(2*panelCols, n-j)
			var ws, b [2 * panelCols]float32
			copy(ws[:], wScale[j:n])
			if bias != nil {
				copy(b[:], bias[j:n])
			}
			for r := 0; r < rows; r += tileRows {
				var sums [tileRows][2]i32x8
				dotI8Tile(&sums, rowPointers(x, r, rows, even), w0, w1)
				for t := range min(tileRows, rows-r) {
					scale := splat(aScale[i+r+t])
					low := sums[t][0].ConvertToFloat32().Mul(scale.Mul(archsimd.LoadFloat32x8(ws[:panelCols])))
					high := sums[t][1].ConvertToFloat32().Mul(scale.Mul(archsimd.LoadFloat32x8(ws[panelCols:])))
					storeTile(dst[(i+r+t)*n+j:][:cols], low, high, &b, bias != nil)
				}
			}
		}
	}
}

// widenedRows says how rows of a are turned into int16, which is what is
// multiplied: every row of k values takes up an even number of them, and
// so many rows are converted at a time as fill half a first-level cache, to stay
// there while all the weights pass by.
func widenedRows(k int) (even, group int) {
	const values = 8 << 10
	even = (k + 1) &^ 1
	return even, max(tileRows, values/even&^(tileRows-1))
}

// widen copies src to dst as int16, zero beyond its end.
func widen(dst []int16, src []int8) {
	for ; len(src) >= 16; dst, src = dst[16:], src[16:] {
		archsimd.LoadInt8x16(src).ExtendToInt16().Store(dst)
	}
	clear(dst)
	for i, v := range src {
		dst[i] = int16(v)
	}
}

// rowPointers returns the starts of the rows r… of x. Beyond the last of them it
// repeats that one, so that a tile always has something to read.
func rowPointers[T any](x []T, r, rows, ld int) (p [tileRows]unsafe.Pointer) {
	for t := range p {
		p[t] = unsafe.Pointer(&x[min(r+t, rows-1)*ld])
	}
	return p
}

// dotI8Tile multiplies four rows of int16 pairs by two panels. Only here does
// the code go without bounds checks: both panels are equally long, and each row
// holds a pair for every sixteen of a panel's bytes.
func dotI8Tile(sums *[tileRows][2]i32x8, a [tileRows]unsafe.Pointer, w0, w1 []int8) {
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	p0, p1 := unsafe.Pointer(&w0[0]), unsafe.Pointer(&w1[0])
	var s00, s01, s10, s11, s20, s21, s30, s31 i32x8
	for i := range uintptr(len(w0) / (2 * panelCols)) {
		x := archsimd.LoadInt8x16Array((*[16]int8)(unsafe.Add(p0, i*16))).ExtendToInt16()
		y := archsimd.LoadInt8x16Array((*[16]int8)(unsafe.Add(p1, i*16))).ExtendToInt16()
		v := pair(a0, i)
		s00 = s00.Add(x.DotProductPairs(v))
		s01 = s01.Add(y.DotProductPairs(v))
		v = pair(a1, i)
		s10 = s10.Add(x.DotProductPairs(v))
		s11 = s11.Add(y.DotProductPairs(v))
		v = pair(a2, i)
		s20 = s20.Add(x.DotProductPairs(v))
		s21 = s21.Add(y.DotProductPairs(v))
		v = pair(a3, i)
		s30 = s30.Add(x.DotProductPairs(v))
		s31 = s31.Add(y.DotProductPairs(v))
	}
	*sums = [tileRows][2]i32x8{{s00, s01}, {s10, s11}, {s20, s21}, {s30, s31}}
}

// pair is the i-th pair of int16 values at p, in all lanes.
func pair(p unsafe.Pointer, i uintptr) archsimd.Int16x16 {
	return archsimd.BroadcastInt32x8(*(*int32)(unsafe.Add(p, i*4))).AsInt16x16()
}
