//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

// packF32AVX2 transposes blocks of 8×8.
func packF32AVX2(p *PanelsF32, w []float32, ldw int) {
	whole := p.N / panelCols
	blocks := p.K &^ 7
	for i := range whole {
		panel, rows := p.panel(i), w[i*panelCols*ldw:]
		for k := 0; k < blocks; k += 8 {
			transpose8(panel[k*panelCols:(k+8)*panelCols], rows[k:], ldw)
		}
		for k := blocks; k < p.K; k++ {
			for j := range panelCols {
				panel[k*panelCols+j] = rows[j*ldw+k]
			}
		}
	}
	if whole < p.panels() {
		last := PanelsF32{N: p.N - whole*panelCols, K: p.K, data: p.panel(whole)}
		packF32Scalar(&last, w[whole*panelCols*ldw:], ldw)
	}
}

// transpose8 writes the transposed 8×8 block at src, its rows ld apart, to dst.
func transpose8(dst, src []float32, ld int) {
	load := func(r int) i32x8 { return archsimd.LoadFloat32x8(src[r*ld:]).ToBits().BitsToInt32() }
	// Neighbouring rows are interleaved by single values, then by pairs, then the
	// halves of the vectors are exchanged.
	a0, a1, a2, a3 := load(0), load(1), load(2), load(3)
	a4, a5, a6, a7 := load(4), load(5), load(6), load(7)
	b0, b1 := a0.InterleaveLoGrouped(a1), a0.InterleaveHiGrouped(a1)
	b2, b3 := a2.InterleaveLoGrouped(a3), a2.InterleaveHiGrouped(a3)
	b4, b5 := a4.InterleaveLoGrouped(a5), a4.InterleaveHiGrouped(a5)
	b6, b7 := a6.InterleaveLoGrouped(a7), a6.InterleaveHiGrouped(a7)
	c0, c1 := interleavePairs(b0, b2)
	c2, c3 := interleavePairs(b1, b3)
	c4, c5 := interleavePairs(b4, b6)
	c6, c7 := interleavePairs(b5, b7)
	storeHalves(dst, 0, c0, c4)
	storeHalves(dst, 1, c1, c5)
	storeHalves(dst, 2, c2, c6)
	storeHalves(dst, 3, c3, c7)
}

func interleavePairs(a, b i32x8) (lo, hi i32x8) {
	x, y := a.ToBits().ReshapeToUint64s(), b.ToBits().ReshapeToUint64s()
	return x.InterleaveLoGrouped(y).ReshapeToUint32s().BitsToInt32(), x.InterleaveHiGrouped(y).ReshapeToUint32s().BitsToInt32()
}

// storeHalves stores the low halves of a and b as row r and the high ones as row
// r+4.
func storeHalves(dst []float32, r int, a, b i32x8) {
	a.ConcatPermute128Scalars(0, 2, b).ToBits().BitsToFloat32().Store(dst[r*8:])
	a.ConcatPermute128Scalars(1, 3, b).ToBits().BitsToFloat32().Store(dst[(r+4)*8:])
}

// packF32TAVX2 copies eight values at a time, which is too little to be worth the
// call of a block copy.
func packF32TAVX2(p *PanelsF32, w []float32, ldw int) {
	whole := p.N / panelCols
	for i := range whole {
		panel := p.panel(i)
		for k := range p.K {
			archsimd.LoadFloat32x8(w[k*ldw+i*panelCols:]).Store(panel[k*panelCols:])
		}
	}
	if whole < p.panels() {
		last := PanelsF32{N: p.N - whole*panelCols, K: p.K, data: p.panel(whole)}
		packF32TScalar(&last, w[whole*panelCols:], ldw)
	}
}
