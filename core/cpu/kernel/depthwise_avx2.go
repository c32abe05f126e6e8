//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

func depthwise3x3AVX2(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	depthwiseTokens(dst, src, taps, bias, h, w, c, row0, row1, mulAddRowAVX2, addRowAVX2)
}

func mulAddRowAVX2(out, in, tap []float32) {
	for ; len(out) >= 8; out, in, tap = out[8:], in[8:], tap[8:] {
		maddV(archsimd.LoadFloat32x8(in), archsimd.LoadFloat32x8(tap), archsimd.LoadFloat32x8(out)).Store(out)
	}
	mulAddRow(out, in, tap)
}
