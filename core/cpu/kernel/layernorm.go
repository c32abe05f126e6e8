package kernel

// LayerNormRows normalises every row of src (m×c) over its c channels:
//
//	dst = (src - mean) / sqrt(variance + eps) · gain + bias
//
// with the biased variance, found in a second pass over the row from the
// differences to the mean. gain and bias have c elements. dst may be src.
func LayerNormRows(dst, src, gain, bias []float32, eps float32, m, c int) {
	wantMin("m", m, 0)
	wantMin("c", c, 1)
	wantLen("dst", len(dst), m*c)
	wantLen("src", len(src), m*c)
	wantLen("gain", len(gain), c)
	wantLen("bias", len(bias), c)
	if m > 0 {
		layerNormRows(dst, src, gain, bias, eps, m, c)
	}
}

func layerNormRowsScalar(dst, src, gain, bias []float32, eps float32, m, c int) {
	for i := range m {
		x, y := src[i*c:i*c+c], dst[i*c:i*c+c]
		mean := rowSum(x) / float32(c)
		inv := 1 / sqrt32(rowSumSquares(x, mean)/float32(c)+eps)
		for j, v := range x {
			y[j] = madd(float32((v-mean)*inv), gain[j], bias[j])
		}
	}
}

// rowSumSquares adds up (x-mean)² in the order of rowSum.
func rowSumSquares(x []float32, mean float32) float32 {
	var l [8]float32
	whole := len(x) &^ 7
	for i := 0; i < whole; i += 8 {
		for j, v := range x[i : i+8 : i+8] {
			d := v - mean
			l[j] = madd(d, d, l[j])
		}
	}
	s := fold(&l)
	for _, v := range x[whole:] {
		d := v - mean
		s = madd(d, d, s)
	}
	return s
}
