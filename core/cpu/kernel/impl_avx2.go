//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

var haveAVX2 = archsimd.X86.AVX2()

// Implementation names the kernels that run here: "scalar", "avx2" or
// "wasm-simd128".
func Implementation() string {
	if haveAVX2 {
		return "avx2"
	}
	return "scalar"
}

// The upper halves of the vector registers are cleared after every kernel:
// elsewhere Go uses the registers' lower halves by instructions that some
// processors slow down while the upper ones hold anything.

func gemmI8(dst []float32, ldd int, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	if !haveAVX2 {
		gemmI8Scalar(dst, ldd, a, aScale, m, w, wScale, bias)
		return
	}
	gemmI8AVX2(dst, ldd, a, aScale, m, w, wScale, bias)
	archsimd.ClearAVXUpperBits()
}

func packRowsI8(p *PanelsI8, w []int8) { packRowsI8Scalar(p, w) }

func packColumnsI8(p *PanelsI8, scale, w []float32, ldw int) {
	if !haveAVX2 {
		packColumnsI8Scalar(p, scale, w, ldw)
		return
	}
	packColumnsI8AVX2(p, scale, w, ldw)
	archsimd.ClearAVXUpperBits()
}

func packF32(p *PanelsF32, w []float32, ldw int) {
	if !haveAVX2 {
		packF32Scalar(p, w, ldw)
		return
	}
	packF32AVX2(p, w, ldw)
	archsimd.ClearAVXUpperBits()
}

func packF32T(p *PanelsF32, w []float32, ldw int) {
	if !haveAVX2 {
		packF32TScalar(p, w, ldw)
		return
	}
	packF32TAVX2(p, w, ldw)
	archsimd.ClearAVXUpperBits()
}

func gemmF32(dst []float32, ldd int, a []float32, lda, m int, w *PanelsF32, bias []float32) {
	if !haveAVX2 {
		gemmF32Scalar(dst, ldd, a, lda, m, w, bias)
		return
	}
	gemmF32AVX2(dst, ldd, a, lda, m, w, bias)
	archsimd.ClearAVXUpperBits()
}

func quantiseRows(dst []int8, scale, src []float32, lds, m, k int) {
	if !haveAVX2 {
		quantiseRowsScalar(dst, scale, src, lds, m, k)
		return
	}
	quantiseRowsAVX2(dst, scale, src, lds, m, k)
	archsimd.ClearAVXUpperBits()
}

func layerNormRows(dst, src, gain, bias []float32, eps float32, m, c int) {
	if !haveAVX2 {
		layerNormRowsScalar(dst, src, gain, bias, eps, m, c)
		return
	}
	layerNormRowsAVX2(dst, src, gain, bias, eps, m, c)
	archsimd.ClearAVXUpperBits()
}

func softmaxRows(s []float32, lds int, bias []float32, ldb int, scale float32, m, n int) {
	if !haveAVX2 {
		softmaxRowsScalar(s, lds, bias, ldb, scale, m, n)
		return
	}
	softmaxRowsAVX2(s, lds, bias, ldb, scale, m, n)
	archsimd.ClearAVXUpperBits()
}

func softmaxBytes(dst []int8, scale, s []float32, lds int, bias []float32, ldb int, factor float32, m, n int) {
	if !haveAVX2 {
		softmaxBytesScalar(dst, scale, s, lds, bias, ldb, factor, m, n)
		return
	}
	softmaxBytesAVX2(dst, scale, s, lds, bias, ldb, factor, m, n)
	archsimd.ClearAVXUpperBits()
}

func geluEach(x []float32) {
	if !haveAVX2 {
		geluEachScalar(x)
		return
	}
	geluEachAVX2(x)
	archsimd.ClearAVXUpperBits()
}

func expEach(x []float32) {
	if !haveAVX2 {
		expEachScalar(x)
		return
	}
	expEachAVX2(x)
	archsimd.ClearAVXUpperBits()
}

func logEach(x []float32) {
	if !haveAVX2 {
		logEachScalar(x)
		return
	}
	logEachAVX2(x)
	archsimd.ClearAVXUpperBits()
}

func sigmoidEach(x []float32) {
	if !haveAVX2 {
		sigmoidEachScalar(x)
		return
	}
	sigmoidEachAVX2(x)
	archsimd.ClearAVXUpperBits()
}

func depthwise3x3(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	if !haveAVX2 {
		depthwise3x3Scalar(dst, src, taps, bias, h, w, c, row0, row1)
		return
	}
	depthwise3x3AVX2(dst, src, taps, bias, h, w, c, row0, row1)
	archsimd.ClearAVXUpperBits()
}

func addRows(z, x []float32, idx []int32, c int) {
	if !haveAVX2 {
		addRowsScalar(z, x, idx, c)
		return
	}
	addRowsAVX2(z, x, idx, c)
	archsimd.ClearAVXUpperBits()
}

func add(z, x []float32) {
	if !haveAVX2 {
		addScalar(z, x)
		return
	}
	addAVX2(z, x)
	archsimd.ClearAVXUpperBits()
}

func mulAdd(z, x, y []float32) {
	if !haveAVX2 {
		mulAddScalar(z, x, y)
		return
	}
	mulAddAVX2(z, x, y)
	archsimd.ClearAVXUpperBits()
}

func mix(dst, a, b []float32, fa, fb float32) {
	if !haveAVX2 {
		mixScalar(dst, a, b, fa, fb)
		return
	}
	mixAVX2(dst, a, b, fa, fb)
	archsimd.ClearAVXUpperBits()
}

func blend(dst, a, b, share []float32) {
	if !haveAVX2 {
		blendScalar(dst, a, b, share)
		return
	}
	blendAVX2(dst, a, b, share)
	archsimd.ClearAVXUpperBits()
}

// What a head does once a pixel: doc.go.

func boxLine(dst, src []float32, radius int) { boxLineScalar(dst, src, radius) }

func boxStep(dst []float32, sums []float64, in, gone []float32, share float64) {
	boxStepScalar(dst, sums, in, gone, share)
}

func grey(dst, r, g, b []float32) { greyScalar(dst, r, g, b) }

func laplacian(dst, up, here, down []float32) { laplacianScalar(dst, up, here, down) }

func contrast(a, b []float32, floor float32) { contrastScalar(a, b, floor) }

func enlargeRow(dst, src []float32, n int, taps Taps) { enlargeRowScalar(dst, src, n, taps) }
