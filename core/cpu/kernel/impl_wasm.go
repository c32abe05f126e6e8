//go:build js && wasm

package kernel

import (
	"runtime"
	"unsafe"
)

// Implementation names the kernels that run here: "scalar", "avx2" or
// "wasm-simd128".
func Implementation() string { return "wasm-simd128" }

// The functions of wasm/kernels.wasm or its twin for relaxed SIMD, which the host
// attaches (wasm/kernels.js). They read and write Go's memory at the addresses given and nothing else; sizes
// were checked by the exported functions that call them.

//go:wasmimport kernels gemm_i8
//go:noescape
func wasmGemmI8(dst unsafe.Pointer, ldd int32, a, aScale unsafe.Pointer, m int32, w, wScale, bias, copies unsafe.Pointer, group int32)

//go:wasmimport kernels gemm_f32
//go:noescape
func wasmGemmF32(dst unsafe.Pointer, ldd int32, a unsafe.Pointer, lda, m int32, w unsafe.Pointer, n, k int32, bias, block unsafe.Pointer, group int32)

//go:wasmimport kernels pack_rows_i8
//go:noescape
func wasmPackRowsI8(dst, lower, w unsafe.Pointer, n, k, quads, raise int32)

//go:wasmimport kernels pack_columns_i8
//go:noescape
func wasmPackColumnsI8(dst, scale, w unsafe.Pointer, n, k, quads, ldw int32)

//go:wasmimport kernels pack_f32
//go:noescape
func wasmPackF32(dst, w unsafe.Pointer, n, k, ldw int32)

//go:wasmimport kernels pack_f32_t
//go:noescape
func wasmPackF32T(dst, w unsafe.Pointer, n, k, ldw int32)

//go:wasmimport kernels quantise_rows
//go:noescape
func wasmQuantiseRows(dst, scale, src unsafe.Pointer, lds, m, k int32)

//go:wasmimport kernels layer_norm_rows
//go:noescape
func wasmLayerNormRows(dst, src, gain, bias unsafe.Pointer, eps float32, m, c int32)

//go:wasmimport kernels softmax_rows
//go:noescape
func wasmSoftmaxRows(s unsafe.Pointer, lds int32, bias unsafe.Pointer, ldb int32, scale float32, m, n int32, exp, work unsafe.Pointer)

//go:wasmimport kernels softmax_bytes
//go:noescape
func wasmSoftmaxBytes(dst, scale, s unsafe.Pointer, lds int32, bias unsafe.Pointer, ldb int32, factor float32, m, n int32, exp, work unsafe.Pointer)

//go:wasmimport kernels gelu_each
//go:noescape
func wasmGELU(x unsafe.Pointer, n int32, gelu unsafe.Pointer)

//go:wasmimport kernels exp_each
//go:noescape
func wasmExp(x unsafe.Pointer, n int32, exp unsafe.Pointer)

//go:wasmimport kernels log_each
//go:noescape
func wasmLog(x unsafe.Pointer, n int32)

//go:wasmimport kernels sigmoid_each
//go:noescape
func wasmSigmoid(x unsafe.Pointer, n int32, exp unsafe.Pointer)

//go:wasmimport kernels depthwise_3x3
//go:noescape
func wasmDepthwise3x3(dst, src, taps, bias unsafe.Pointer, h, w, c, row0, row1 int32)

//go:wasmimport kernels add_rows
//go:noescape
func wasmAddRows(z, x, idx unsafe.Pointer, m, c int32)

//go:wasmimport kernels add
//go:noescape
func wasmAdd(z, x unsafe.Pointer, n int32)

//go:wasmimport kernels mul_add
//go:noescape
func wasmMulAdd(z, x, y unsafe.Pointer, n int32)

//go:wasmimport kernels mix
//go:noescape
func wasmMix(dst, a, b unsafe.Pointer, fa, fb float32, n int32)

//go:wasmimport kernels blend
//go:noescape
func wasmBlend(dst, a, b, share unsafe.Pointer, n int32)

//go:wasmimport kernels box_line
//go:noescape
func wasmBoxLine(dst, src unsafe.Pointer, radius, n int32)

//go:wasmimport kernels box_step
//go:noescape
func wasmBoxStep(dst, sums, in, gone unsafe.Pointer, share float64, n int32)

//go:wasmimport kernels grey
//go:noescape
func wasmGrey(dst, r, g, b unsafe.Pointer, n int32)

//go:wasmimport kernels laplacian
//go:noescape
func wasmLaplacian(dst, up, here, down unsafe.Pointer, n int32)

//go:wasmimport kernels contrast
//go:noescape
func wasmContrast(a, b unsafe.Pointer, floor float32, n int32)

//go:wasmimport kernels enlarge_row
//go:noescape
func wasmEnlargeRow(dst, src unsafe.Pointer, n int32, low, high, frac unsafe.Pointer, wide int32)

// addr is where a slice begins; a nil slice gives nil.
func addr[T any](x []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

// The products work off rows in groups, whose copies a kernel makes as its inner
// loop reads them: so many rows that what is done once a group costs little, and
// so few that they stay in the second-level cache. The memory for a group is kept;
// one will do, because Go runs on one thread here, and not at all while a kernel
// does.
var (
	copied      []int16   // of gemm_i8: a group, and a panel of weights
	interleaved []float32 // of gemm_f32: a group
)

// panelsI8 are the parts of a matrix as wasm/gemm_i8.c reads them, addresses of four
// bytes.
var panelsI8 struct {
	data, order, lower uint32
	n, k, quads, raise int32
}

// address is addr for a structure in memory, which does not keep the slice alive.
func address[T any](x []T) uint32 { return uint32(uintptr(addr(x))) }

// groupRows is how many rows of k values, up to m, make a group of about so many
// bytes.
func groupRows(m, k, bytes, size int) int {
	whole := (m + tileRows - 1) &^ (tileRows - 1)
	return min(whole, max(tileRows, bytes/(size*k)&^(tileRows-1)))
}

func gemmI8(dst []float32, ldd int, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	row := (w.K + quad - 1) &^ (quad - 1)
	group := groupRows(m, row, 64<<10, 2)
	if need := group*row + w.panelLen(); len(copied) < need {
		copied = make([]int16, need)
	}
	p := &panelsI8
	p.data, p.order, p.lower = address(w.data), address(w.order), address(w.lower)
	p.n, p.k, p.quads, p.raise = int32(w.N), int32(w.K), int32(w.quads), int32(w.raise)
	wasmGemmI8(addr(dst), int32(ldd), addr(a), addr(aScale), int32(m), unsafe.Pointer(p), addr(wScale), addr(bias), addr(copied), int32(group))
	runtime.KeepAlive(w)
}

func gemmF32(dst []float32, ldd int, a []float32, lda, m int, w *PanelsF32, bias []float32) {
	group := groupRows(m, w.K, 16<<10, 4)
	if need := group * w.K; len(interleaved) < need {
		interleaved = make([]float32, need)
	}
	wasmGemmF32(addr(dst), int32(ldd), addr(a), int32(lda), int32(m), addr(w.data), int32(w.N), int32(w.K), addr(bias), addr(interleaved), int32(group))
}

func packRowsI8(p *PanelsI8, w []int8) {
	wasmPackRowsI8(addr(p.data), addr(p.lower), addr(w), int32(p.N), int32(p.K), int32(p.quads), int32(p.raise))
}

func packColumnsI8(p *PanelsI8, scale, w []float32, ldw int) {
	wasmPackColumnsI8(addr(p.data), addr(scale), addr(w), int32(p.N), int32(p.K), int32(p.quads), int32(ldw))
}

func packF32(p *PanelsF32, w []float32, ldw int) {
	wasmPackF32(addr(p.data), addr(w), int32(p.N), int32(p.K), int32(ldw))
}

func packF32T(p *PanelsF32, w []float32, ldw int) {
	wasmPackF32T(addr(p.data), addr(w), int32(p.N), int32(p.K), int32(ldw))
}

func quantiseRows(dst []int8, scale, src []float32, lds, m, k int) {
	wasmQuantiseRows(addr(dst), addr(scale), addr(src), int32(lds), int32(m), int32(k))
}

func layerNormRows(dst, src, gain, bias []float32, eps float32, m, c int) {
	wasmLayerNormRows(addr(dst), addr(src), addr(gain), addr(bias), eps, int32(m), int32(c))
}

func softmaxRows(s []float32, lds int, bias []float32, ldb int, scale float32, m, n int) {
	wasmSoftmaxRows(addr(s), int32(lds), addr(bias), int32(ldb), scale, int32(m), int32(n), unsafe.Pointer(&expConstants), unsafe.Pointer(&strips))
}

func softmaxBytes(dst []int8, scale, s []float32, lds int, bias []float32, ldb int, factor float32, m, n int) {
	wasmSoftmaxBytes(addr(dst), addr(scale), addr(s), int32(lds), addr(bias), int32(ldb), factor, int32(m), int32(n), unsafe.Pointer(&expConstants), unsafe.Pointer(&strips))
}

func geluEach(x []float32) {
	wasmGELU(addr(x), int32(len(x)), unsafe.Pointer(&geluConstants))
}

func expEach(x []float32)     { wasmExp(addr(x), int32(len(x)), unsafe.Pointer(&expConstants)) }
func logEach(x []float32)     { wasmLog(addr(x), int32(len(x))) }
func sigmoidEach(x []float32) { wasmSigmoid(addr(x), int32(len(x)), unsafe.Pointer(&expConstants)) }

func depthwise3x3(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	wasmDepthwise3x3(addr(dst), addr(src), addr(taps), addr(bias), int32(h), int32(w), int32(c), int32(row0), int32(row1))
}

func addRows(z, x []float32, idx []int32, c int) {
	wasmAddRows(addr(z), addr(x), addr(idx), int32(len(idx)), int32(c))
}

func add(z, x []float32)       { wasmAdd(addr(z), addr(x), int32(len(z))) }
func mulAdd(z, x, y []float32) { wasmMulAdd(addr(z), addr(x), addr(y), int32(len(z))) }

func mix(dst, a, b []float32, fa, fb float32) {
	wasmMix(addr(dst), addr(a), addr(b), fa, fb, int32(len(dst)))
}

func blend(dst, a, b, share []float32) {
	wasmBlend(addr(dst), addr(a), addr(b), addr(share), int32(len(dst)))
}

func boxLine(dst, src []float32, radius int) {
	wasmBoxLine(addr(dst), addr(src), int32(radius), int32(len(dst)))
}

func boxStep(dst []float32, sums []float64, in, gone []float32, share float64) {
	wasmBoxStep(addr(dst), addr(sums), addr(in), addr(gone), share, int32(len(sums)))
}

func grey(dst, r, g, b []float32) {
	wasmGrey(addr(dst), addr(r), addr(g), addr(b), int32(len(dst)))
}

func laplacian(dst, up, here, down []float32) {
	wasmLaplacian(addr(dst), addr(up), addr(here), addr(down), int32(len(dst)))
}

func contrast(a, b []float32, floor float32) {
	wasmContrast(addr(a), addr(b), floor, int32(len(a)))
}

func enlargeRow(dst, src []float32, n int, taps Taps) {
	wasmEnlargeRow(addr(dst), addr(src), int32(n), addr(taps.Low), addr(taps.High), addr(taps.Frac), int32(len(taps.Frac)))
}
