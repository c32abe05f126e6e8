package kernel

func packF32Scalar(p *PanelsF32, w []float32, ldw int) {
	for i := range p.panels() {
		panel, cols := p.panel(i), min(panelCols, p.N-i*panelCols)
		if cols < panelCols {
			clear(panel)
		}
		for j := range cols {
			at := j
			for _, v := range w[(i*panelCols+j)*ldw:][:p.K] {
				panel[at] = v
				at += panelCols
			}
		}
	}
}

func packF32TScalar(p *PanelsF32, w []float32, ldw int) {
	for i := range p.panels() {
		panel, cols := p.panel(i), min(panelCols, p.N-i*panelCols)
		if cols < panelCols {
			clear(panel)
		}
		for r := range p.K {
			copy(panel[r*panelCols:], w[r*ldw+i*panelCols:][:cols])
		}
	}
}

// gemmF32Scalar computes blocks of 4×4 outputs, so that every value loaded is
// used four times.
func gemmF32Scalar(dst []float32, ldd int, a []float32, lda, m int, w *PanelsF32, bias []float32) {
	n, k := w.N, w.K
	for j := 0; j < n; j += 4 {
		panel := w.panel(j / panelCols)[j%panelCols:]
		cols := min(4, n-j)
		for i := 0; i < m; i += 4 {
			var sum [4][4]float32
			rows := min(4, m-i)
			if rows == 4 {
				sum = dotF32Block(a[i*lda:], lda, k, panel)
			} else {
				for r := range rows {
					sum[r] = dotF32Row(a[(i+r)*lda:], k, panel)
				}
			}
			for r := range rows {
				out := dst[(i+r)*ldd+j:][:cols]
				copy(out, sum[r][:])
				if bias != nil {
					for c := range out {
						out[c] += bias[j+c]
					}
				}
			}
		}
	}
}

// dotF32Block multiplies four rows of a by half a panel.
func dotF32Block(a []float32, lda, k int, panel []float32) (sum [4][4]float32) {
	a0, a1, a2, a3 := a[:k], a[lda:lda+k], a[2*lda:2*lda+k], a[3*lda:3*lda+k]
	var s00, s01, s02, s03, s10, s11, s12, s13 float32
	var s20, s21, s22, s23, s30, s31, s32, s33 float32
	for i := range a0 {
		v := panel[i*panelCols : i*panelCols+4 : i*panelCols+4]
		w0, w1, w2, w3 := v[0], v[1], v[2], v[3]
		x := a0[i]
		s00 = madd(x, w0, s00)
		s01 = madd(x, w1, s01)
		s02 = madd(x, w2, s02)
		s03 = madd(x, w3, s03)
		x = a1[i]
		s10 = madd(x, w0, s10)
		s11 = madd(x, w1, s11)
		s12 = madd(x, w2, s12)
		s13 = madd(x, w3, s13)
		x = a2[i]
		s20 = madd(x, w0, s20)
		s21 = madd(x, w1, s21)
		s22 = madd(x, w2, s22)
		s23 = madd(x, w3, s23)
		x = a3[i]
		s30 = madd(x, w0, s30)
		s31 = madd(x, w1, s31)
		s32 = madd(x, w2, s32)
		s33 = madd(x, w3, s33)
	}
	return [4][4]float32{{s00, s01, s02, s03}, {s10, s11, s12, s13}, {s20, s21, s22, s23}, {s30, s31, s32, s33}}
}

// dotF32Row multiplies one row of a by half a panel.
func dotF32Row(a []float32, k int, panel []float32) (sum [4]float32) {
	for i, x := range a[:k] {
		v := panel[i*panelCols : i*panelCols+4 : i*panelCols+4]
		for j := range sum {
			sum[j] = madd(x, v[j], sum[j])
		}
	}
	return sum
}
