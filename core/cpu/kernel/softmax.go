package kernel

import "math"

// SoftmaxRows replaces each of m rows of s (n wide, lds apart) by
// softmax(s·scale + bias); bias (m×n, rows ldb apart) may be nil. The largest
// element is subtracted before the exponential, so that nothing overflows.
func SoftmaxRows(s []float32, lds int, bias []float32, ldb int, scale float32, m, n int) {
	wantMin("m", m, 0)
	wantMin("n", n, 1)
	wantRows("s", len(s), m, n, lds)
	if bias != nil {
		wantRows("bias", len(bias), m, n, ldb)
	}
	if m > 0 {
		softmaxRows(s, lds, bias, ldb, scale, m, n)
	}
}

// scaleRow replaces row by row·factor + bias, where there is one, and returns the
// largest element.
func scaleRow(row, bias []float32, factor float32) float32 {
	top := float32(math.Inf(-1))
	for j, v := range row {
		v *= factor
		if bias != nil {
			v = float32(v) + bias[j]
		}
		row[j] = v
		top = clampUp(top, v)
	}
	return top
}

func softmaxRowsScalar(s []float32, lds int, bias []float32, ldb int, scale float32, m, n int) {
	for i := range m {
		row := s[i*lds:][:n]
		var b []float32
		if bias != nil {
			b = bias[i*ldb:][:n]
		}
		top := scaleRow(row, b, scale)
		for j, v := range row {
			row[j] = exp32(v - top)
		}
		inv := 1 / rowSum(row)
		for j := range row {
			row[j] *= inv
		}
	}
}
