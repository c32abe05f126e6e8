package kernel

// gemmI8Scalar computes blocks of 4×4 outputs, so that every value loaded is
// used four times.
func gemmI8Scalar(dst []float32, ldd int, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	n, k := w.N, w.K
	for j := 0; j < n; j += 4 {
		panel, order := w.panel(j / panelCols)[j%panelCols*quad:], w.quadsOf(j/panelCols)
		cols := min(4, n-j)
		var b []float32
		if bias != nil {
			b = bias[j : j+cols]
		}
		for i := 0; i < m; i += 4 {
			var sum [4][4]int32
			rows := min(4, m-i)
			if rows == 4 {
				sum = dotI8Block(a[i*k:], k, panel, order)
			} else {
				for r := range rows {
					sum[r] = dotI8Row(a[(i+r)*k:][:k], panel, order)
				}
			}
			for r := range rows {
				dequantise(dst[(i+r)*ldd+j:][:cols], &sum[r], aScale[i+r], wScale[j:], b)
			}
		}
	}
}

// dequantise is the epilogue of an int8 product for up to four neighbouring
// outputs of one row.
func dequantise(dst []float32, sum *[4]int32, aScale float32, wScale, bias []float32) {
	for j := range dst {
		v := float32(float32(sum[j]) * float32(aScale*wScale[j]))
		if bias != nil {
			v += bias[j]
		}
		dst[j] = v
	}
}

// dotI8Block multiplies four rows of a by half a panel.
func dotI8Block(a []int8, k int, panel []int8, order []uint16) (sum [4][4]int32) {
	a0, a1, a2, a3 := a[:k], a[k:2*k], a[2*k:3*k], a[3*k:4*k]
	var s00, s01, s02, s03, s10, s11, s12, s13 int32
	var s20, s21, s22, s23, s30, s31, s32, s33 int32
	for at, q := range order {
		from := int(q) / tileRows
		for r := range min(quad, k-from) {
			i := from + r
			v := panel[at*quad*panelCols+r:][: 3*quad+1 : 3*quad+1]
			w0, w1, w2, w3 := int32(v[0]), int32(v[quad]), int32(v[2*quad]), int32(v[3*quad])
			x := int32(a0[i])
			s00 += x * w0
			s01 += x * w1
			s02 += x * w2
			s03 += x * w3
			x = int32(a1[i])
			s10 += x * w0
			s11 += x * w1
			s12 += x * w2
			s13 += x * w3
			x = int32(a2[i])
			s20 += x * w0
			s21 += x * w1
			s22 += x * w2
			s23 += x * w3
			x = int32(a3[i])
			s30 += x * w0
			s31 += x * w1
			s32 += x * w2
			s33 += x * w3
		}
	}
	return [4][4]int32{{s00, s01, s02, s03}, {s10, s11, s12, s13}, {s20, s21, s22, s23}, {s30, s31, s32, s33}}
}

// dotI8Row multiplies one row of a by half a panel.
func dotI8Row(a, panel []int8, order []uint16) (sum [4]int32) {
	for at, q := range order {
		from := int(q) / tileRows
		for r, v := range a[from:min(from+quad, len(a))] {
			w := panel[at*quad*panelCols+r:]
			for c := range sum {
				sum[c] += int32(v) * int32(w[quad*c])
			}
		}
	}
	return sum
}
