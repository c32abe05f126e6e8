//go:build amd64 && goexperiment.simd

package kernel

func depthwise3x3AVX2(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	depthwiseTokens(dst, src, taps, bias, h, w, c, row0, row1, mulAddAVX2, addAVX2)
}
