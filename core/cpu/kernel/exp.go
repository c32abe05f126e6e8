package kernel

import "math"

// Coefficients of the exponential: expf of the Cephes library (S. L. Moshier,
// "Methods and Programs for Mathematical Functions", 1989). With n the nearest
// integer to x/ln 2 and r = x - n·ln 2, e^x = 2ⁿ·(1 + r + r²·P(r)). Its relative
// error stays below 2e-7 while the result is a normal number.
const (
	expHi = 89   // beyond it, e^x is +Inf
	expLo = -104 // below it, e^x is 0

	log2e = 1.44269504088896341
	ln2Hi = 0.693359375 // few bits, so that n·ln2Hi is exact
	ln2Lo = -2.12194440e-4

	expP0 = 1.9875691500e-4
	expP1 = 1.3981999507e-3
	expP2 = 8.3334519073e-3
	expP3 = 4.1665795894e-2
	expP4 = 1.6666665459e-1
	expP5 = 5.0000001201e-1
)

// Exp replaces every x by e^x, with a relative error below 2e-7 for normal
// results. Beyond ±89 and -104 it is +Inf and 0; NaN stays NaN.
func Exp(x []float32) {
	if len(x) > 0 {
		expEach(x)
	}
}

// Sigmoid replaces every x by 1/(1+e^-x), with an absolute error below 1.2e-7.
// It saturates to 0 and 1; NaN stays NaN.
func Sigmoid(x []float32) {
	if len(x) > 0 {
		sigmoidEach(x)
	}
}

func expEachScalar(x []float32) {
	for i, v := range x {
		x[i] = exp32(v)
	}
}

func sigmoidEachScalar(x []float32) {
	for i, v := range x {
		x[i] = 1 / (1 + exp32(-v))
	}
}

func exp32(x float32) float32 {
	x = clampUp(clampDown(x, expHi), expLo)
	shifted := madd(x, log2e, rounder)
	n := shifted - rounder
	r := madd(n, -ln2Lo, madd(n, -ln2Hi, x))
	p := madd(expP0, r, expP1)
	p = madd(p, r, expP2)
	p = madd(p, r, expP3)
	p = madd(p, r, expP4)
	p = madd(p, r, expP5)
	p = madd(p, float32(r*r), r) + 1
	// 2ⁿ alone may leave the range of a float32 where the result doesn't, so it is
	// applied in two halves.
	e := int32(math.Float32bits(shifted)) - rounderBits
	half := e >> 1
	return float32(p*pow2(half)) * pow2(e-half)
}

// pow2 is 2ⁿ for n within a float32's exponents; elsewhere it is anything, which
// happens for NaN only.
func pow2(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }
