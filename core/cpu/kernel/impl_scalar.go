//go:build !(js && wasm) && !(amd64 && goexperiment.simd)

package kernel

// Implementation names the kernels that run here: "scalar", "avx2" or
// "wasm-simd128".
func Implementation() string { return "scalar" }

func gemmI8(dst []float32, ldd int, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	gemmI8Scalar(dst, ldd, a, aScale, m, w, wScale, bias)
}

func packRowsI8(p *PanelsI8, w []int8) { packRowsI8Scalar(p, w) }

func packColumnsI8(p *PanelsI8, scale, w []float32, ldw int) { packColumnsI8Scalar(p, scale, w, ldw) }

func packF32(p *PanelsF32, w []float32, ldw int) { packF32Scalar(p, w, ldw) }

func packF32T(p *PanelsF32, w []float32, ldw int) { packF32TScalar(p, w, ldw) }

func gemmF32(dst []float32, ldd int, a []float32, lda, m int, w *PanelsF32, bias []float32) {
	gemmF32Scalar(dst, ldd, a, lda, m, w, bias)
}

func quantiseRows(dst []int8, scale, src []float32, lds, m, k int) {
	quantiseRowsScalar(dst, scale, src, lds, m, k)
}

func layerNormRows(dst, src, gain, bias []float32, eps float32, m, c int) {
	layerNormRowsScalar(dst, src, gain, bias, eps, m, c)
}

func softmaxRows(s []float32, lds int, bias []float32, ldb int, scale float32, m, n int) {
	softmaxRowsScalar(s, lds, bias, ldb, scale, m, n)
}

func softmaxBytes(dst []int8, scale, s []float32, lds int, bias []float32, ldb int, factor float32, m, n int) {
	softmaxBytesScalar(dst, scale, s, lds, bias, ldb, factor, m, n)
}

func geluEach(x []float32)    { geluEachScalar(x) }
func expEach(x []float32)     { expEachScalar(x) }
func logEach(x []float32)     { logEachScalar(x) }
func sigmoidEach(x []float32) { sigmoidEachScalar(x) }

func depthwise3x3(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	depthwise3x3Scalar(dst, src, taps, bias, h, w, c, row0, row1)
}

func addRows(z, x []float32, idx []int32, c int) { addRowsScalar(z, x, idx, c) }

func add(z, x []float32)                      { addScalar(z, x) }
func mulAdd(z, x, y []float32)                { mulAddScalar(z, x, y) }
func mix(dst, a, b []float32, fa, fb float32) { mixScalar(dst, a, b, fa, fb) }
func blend(dst, a, b, share []float32)        { blendScalar(dst, a, b, share) }

func boxLine(dst, src []float32, radius int) { boxLineScalar(dst, src, radius) }

func boxStep(dst []float32, sums []float64, in, gone []float32, share float64) {
	boxStepScalar(dst, sums, in, gone, share)
}

func grey(dst, r, g, b []float32) { greyScalar(dst, r, g, b) }

func laplacian(dst, up, here, down []float32) { laplacianScalar(dst, up, here, down) }

func contrast(a, b []float32, floor float32) { contrastScalar(a, b, floor) }

func enlargeRow(dst, src []float32, n int, taps Taps) { enlargeRowScalar(dst, src, n, taps) }
