//go:build js && wasm

package kernel

import "math"

// The constants of the functions (exp.go, gelu.go) as wasm/exp.h and
// wasm/functions.c read them: fields of four bytes in the order of the structures
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
	magnitude                                         int32
	end, p, minusHalf, half, a1, a2, a3, a4, a5, zero float32
}{
	math.MaxInt32,
	geluEnd, erfcP * sqrtHalf, -0.5, 0.5, erfcA1, erfcA2, erfcA3, erfcA4, erfcA5, 0,
}

// strips is the memory in which the functions leave what lies between their halves,
// up to three strips of values (wasm/exp.h).
var strips [3 * 256]float32
