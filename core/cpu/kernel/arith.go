package kernel

import (
	"math"
)

// madd is a·b + c with the product rounded first. The conversion forbids the
// compiler to fuse the two, which it would do on some processors, and which
// WebAssembly cannot do.
func madd(a, b, c float32) float32 { return float32(a*b) + c }

// rowSum adds up a row in the order that the vector kernels use: eight partial
// sums over the whole blocks of eight, folded by halves, then the rest one by
// one. It is also more accurate than a plain running sum.
func rowSum(x []float32) float32 {
	var l [8]float32
	whole := len(x) &^ 7
	for i := 0; i < whole; i += 8 {
		for j, v := range x[i : i+8 : i+8] {
			l[j] += v
		}
	}
	s := fold(&l)
	for _, v := range x[whole:] {
		s += v
	}
	return s
}

// fold adds eight partial sums by halves.
func fold(l *[8]float32) float32 {
	return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

// sqrt32 is the correctly rounded square root: the detour over float64 rounds
// twice, but its 53 bits are more than twice 24 and two, so the second rounding
// cannot go wrong.
func sqrt32(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// rounder is 1.5·2²³: a float32 of that size has no bits below one, so adding it
// rounds a small number to the nearest integer, ties to even, and leaves that
// integer in the low bits of the sum.
const (
	rounder     = 12582912
	rounderBits = 0x4B400000
)

// clampDown is min(x, hi), and NaN for NaN.
func clampDown(x, hi float32) float32 {
	if hi < x {
		return hi
	}
	return x
}

// clampUp is max(x, lo), and NaN for NaN.
func clampUp(x, lo float32) float32 {
	if x < lo {
		return lo
	}
	return x
}

func abs32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
