// Package kernel holds the numeric kernels of the CPU backend: matrix products
// in int8 and float32, row-wise normalisation and softmax, to bytes too, quantisation, the
// element-wise functions and arithmetic, the depthwise convolution, and what the
// head of two-scale blending does along lines of pixels.
//
// Every kernel exists three times: a scalar twin in plain Go, which is the
// reference and serves every machine; AVX2 on amd64, where the program was built
// with GOEXPERIMENT=simd and the processor has it; and WebAssembly SIMD, C
// compiled to a side module (wasm), because Go's own WebAssembly code reaches a
// third of its speed at best. [Implementation] says which one runs. There are two
// such modules: engines with relaxed SIMD take the one that multiplies bytes as
// bytes. What a head does once a pixel is the exception: natively it is little
// beside the network, and plain Go on every processor.
//
// # The same numbers everywhere
//
// The three agree bit for bit, float32 results included, so that a picture fused
// in the browser is the one that the native program makes. The price is small and
// stated where it is paid: products are rounded before they are added (hence madd), sums over
// a row keep to the order of rowSum, and the functions are polynomials with the
// same coefficients in the same order. What a NaN becomes may differ in its
// payload, and a softmax row that holds one is NaN or 0 throughout.
//
// Axes: m rows (tokens), n outputs, k inputs, c channels. Matrices are row-major;
// "ld" is the distance in elements between the starts of two rows. Slices may be
// longer than needed; one that is too short, like a size below its minimum, is a
// programmer's error and panics before anything is written.
package kernel
