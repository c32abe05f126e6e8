//go:build amd64 && goexperiment.simd

package kernel

func addRowsAVX2(z, x []float32, idx []int32, c int) {
	for i, r := range idx {
		addAVX2(z[int(r)*c:][:c], x[i*c:i*c+c])
	}
}
