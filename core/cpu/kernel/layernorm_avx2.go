//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

func layerNormRowsAVX2(dst, src, gain, bias []float32, eps float32, m, c int) {
	for i := range m {
		x, y := src[i*c:i*c+c], dst[i*c:i*c+c]
		mean := rowSumAVX2(x) / float32(c)
		inv := 1 / sqrt32(rowSumSquaresAVX2(x, mean)/float32(c)+eps)
		meanV, invV := splat(mean), splat(inv)
		j := 0
		for ; j+8 <= c; j += 8 {
			v := archsimd.LoadFloat32x8(x[j:]).Sub(meanV).Mul(invV)
			maddV(v, archsimd.LoadFloat32x8(gain[j:]), archsimd.LoadFloat32x8(bias[j:])).Store(y[j:])
		}
		for ; j < c; j++ {
			y[j] = madd(float32((x[j]-mean)*inv), gain[j], bias[j])
		}
	}
}

// rowSumSquaresAVX2 is rowSumSquares.
func rowSumSquaresAVX2(x []float32, mean float32) float32 {
	var l f32x8
	meanV := splat(mean)
	for ; len(x) >= 8; x = x[8:] {
		d := archsimd.LoadFloat32x8(x).Sub(meanV)
		l = maddV(d, d, l)
	}
	s := foldV(l)
	for _, v := range x {
		d := v - mean
		s = madd(d, d, s)
	}
	return s
}
