//go:build js && wasm

package kernel

import "math"

// The constants of the functions (exp.go, gelu.go) as wasm/exp.h and
// wasm/gelu.c read them: fields of four bytes in the order of the structures
// there.

var expConstants = struct {
	hi, lo, log2e, rounder, minusLn2Hi, minusLn2Lo, p0, p1, p2, p3, p4, p5, one float32
	bias, downBias                                                              int32
	down                                                                        float32
}{
	expHi, expLo, log2e, rounder, -ln2Hi, -ln2Lo, expP0, expP1, expP2, expP3, expP4, expP5, 1,
	// What is not above 0 takes a detour over 2⁶⁴.
	127, 127 + 64, 0x1p-64,
}

var geluConstants = struct {
	magnitude             int32
	end, slope, one, zero float32
	h                     [10]float32
}{
	math.MaxInt32,
	geluEnd, -1 / geluEnd, 1, 0,
	[10]float32{geluH9, geluH8, geluH7, geluH6, geluH5, geluH4, geluH3, geluH2, geluH1, geluH0},
}

// strips is the memory in which softmax leaves what lies between the halves of the
// exponential, two strips of values (wasm/exp.h).
var strips [2 * 256]float32
