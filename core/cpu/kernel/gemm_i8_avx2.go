//go:build amd64 && goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"sync"
	"unsafe"
)

// raised holds rows of a as the multiplication takes them, see raisedRows.
var raised = sync.Pool{New: func() any { return new([]uint8) }}

func gemmI8AVX2(dst []float32, ldd int, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	n, k := w.N, w.K
	whole, group := raisedRows(k)
	buffer := raised.Get().(*[]uint8)
	defer raised.Put(buffer)
	if need := min(group, m) * whole; cap(*buffer) < need {
		*buffer = make([]uint8, need)
	}
	for i := 0; i < m; i += group {
		rows := min(group, m-i)
		x := (*buffer)[:rows*whole]
		for r := range rows {
			raiseRow(x[r*whole:(r+1)*whole], a[(i+r)*k:(i+r+1)*k], w.raise)
		}
		for j := 0; j < n; j += panelCols {
			at := j / panelCols
			panel, order, lower := w.panel(at), w.quadsOf(at), archsimd.LoadInt32x8(w.lower[j:])
			cols := min(panelCols, n-j)
			var b [panelCols]float32
			ws, _ := archsimd.LoadFloat32x8Part(wScale[j:])
			if bias != nil {
				copy(b[:], bias[j:n])
			}
			for r := 0; r < rows; r += tileRows {
				var sums [tileRows]i32x8
				dotI8Tile(&sums, rowPointers(x, r, rows, whole), panel, order)
				for t := range min(tileRows, rows-r) {
					v := sums[t].Add(lower).ConvertToFloat32().Mul(splat(aScale[i+r+t]).Mul(ws))
					if bias != nil {
						v = v.Add(archsimd.LoadFloat32x8Array(&b))
					}
					v.StorePart(dst[(i+r+t)*ldd+j:][:cols])
				}
			}
		}
	}
}

// raisedRows says how rows of a are copied for the multiplication, positive and in
// whole quads: how many bytes each row of k values takes, and how many rows are copied
// at a time, to stay in the first-level cache while all the weights pass by.
func raisedRows(k int) (whole, group int) {
	const bytes = 16 << 10
	whole = (k + quad - 1) &^ (quad - 1)
	return whole, max(tileRows, bytes/whole&^(tileRows-1))
}

// raiseRow copies a row of a. What lies behind its end is multiplied by zeros.
func raiseRow(dst []uint8, src []int8, raise int8) {
	up := archsimd.BroadcastInt8x32(raise)
	for ; len(src) >= 32; dst, src = dst[32:], src[32:] {
		archsimd.LoadInt8x32(src).Add(up).ToBits().Store(dst)
	}
	for i, v := range src {
		dst[i] = uint8(v + raise)
	}
	clear(dst[len(src):])
}

// rowPointers returns the starts of the rows r… of x. Beyond the last of them it
// repeats that one, so that a tile always has something to read.
func rowPointers[T any](x []T, r, rows, ld int) (p [tileRows]unsafe.Pointer) {
	for t := range p {
		p[t] = unsafe.Pointer(&x[min(r+t, rows-1)*ld])
	}
	return p
}

// dotI8Tile multiplies four raised rows by a panel. Only here does the code go
// without bounds checks: the panel has 32 bytes for each of its quads, and a row has
// every quad of the order.
func dotI8Tile(sums *[tileRows]i32x8, a [tileRows]unsafe.Pointer, panel []int8, order []uint16) {
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	w, one := unsafe.Pointer(&panel[0]), archsimd.BroadcastInt16x16(1)
	var s0, s1, s2, s3 i32x8
	for at := 0; at+2 <= len(order); at += 2 {
		w0 := archsimd.LoadInt8x32Array((*[32]int8)(unsafe.Add(w, 32*at)))
		w1 := archsimd.LoadInt8x32Array((*[32]int8)(unsafe.Add(w, 32*at+32)))
		i, j := uintptr(order[at])/tileRows, uintptr(order[at+1])/tileRows
		s0 = s0.Add(quadAt(a0, i).DotProductPairsSaturated(w0).Add(quadAt(a0, j).DotProductPairsSaturated(w1)).DotProductPairs(one))
		s1 = s1.Add(quadAt(a1, i).DotProductPairsSaturated(w0).Add(quadAt(a1, j).DotProductPairsSaturated(w1)).DotProductPairs(one))
		s2 = s2.Add(quadAt(a2, i).DotProductPairsSaturated(w0).Add(quadAt(a2, j).DotProductPairsSaturated(w1)).DotProductPairs(one))
		s3 = s3.Add(quadAt(a3, i).DotProductPairsSaturated(w0).Add(quadAt(a3, j).DotProductPairsSaturated(w1)).DotProductPairs(one))
	}
	*sums = [tileRows]i32x8{s0, s1, s2, s3}
}

// quadAt is the four values i bytes behind p, in all lanes.
func quadAt(p unsafe.Pointer, i uintptr) archsimd.Uint8x32 {
	return archsimd.BroadcastUint32x8(*(*uint32)(unsafe.Add(p, i))).ReshapeToUint8s()
}
