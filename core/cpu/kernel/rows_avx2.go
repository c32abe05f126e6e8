//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

func addRowsAVX2(z, x []float32, idx []int32, c int) {
	for i, r := range idx {
		addRowAVX2(z[int(r)*c:][:c], x[i*c:i*c+c])
	}
}

func addRowAVX2(out, in []float32) {
	for ; len(out) >= 8; out, in = out[8:], in[8:] {
		archsimd.LoadFloat32x8(out).Add(archsimd.LoadFloat32x8(in)).Store(out)
	}
	addRow(out, in)
}
