package kernel

import "math"

// Coefficients of the logarithm: logf of the Cephes library (S. L. Moshier,
// 1989). With x = 2^e·(1+f), 1+f within [√½, √2): ln x = f - f²/2 + f³·P(f) +
// e·ln 2.
const (
	sqrtHalfBits = 0x3F3504F3
	oneBits      = 0x3F800000

	logP0 = 7.0376836292e-2
	logP1 = -1.1514610310e-1
	logP2 = 1.1676998740e-1
	logP3 = -1.2420140846e-1
	logP4 = 1.4249322787e-1
	logP5 = -1.6668057665e-1
	logP6 = 2.0000714765e-1
	logP7 = -2.4999993993e-1
	logP8 = 3.3333331174e-1
)

// Log replaces every x by its natural logarithm, to 2e-7 of its magnitude or,
// near 1, absolutely. Log(0) is -Inf, that of a negative number NaN, that of
// +Inf +Inf; NaN stays NaN.
func Log(x []float32) {
	if len(x) > 0 {
		logEach(x)
	}
}

func logEachScalar(x []float32) {
	for i, v := range x {
		x[i] = log32(v)
	}
}

func log32(x float32) float32 {
	switch {
	case x == 0:
		return float32(math.Inf(-1))
	case x < 0:
		return float32(math.NaN())
	case !(x <= math.MaxFloat32):
		return x
	}
	var e int32
	if x < 0x1p-126 { // subnormal: its exponent is not in its bits
		x *= 0x1p23
		e = -23
	}
	// Adding the distance from √½ to 1 carries into the exponent exactly where the
	// fraction exceeds √2, so that 1+f comes to lie around 1.
	b := math.Float32bits(x) + (oneBits - sqrtHalfBits)
	e += int32(b>>23) - 127
	f := math.Float32frombits(b&(1<<23-1)+sqrtHalfBits) - 1
	n := float32(e)
	p := madd(logP0, f, logP1)
	p = madd(p, f, logP2)
	p = madd(p, f, logP3)
	p = madd(p, f, logP4)
	p = madd(p, f, logP5)
	p = madd(p, f, logP6)
	p = madd(p, f, logP7)
	p = madd(p, f, logP8)
	z := float32(f * f)
	y := madd(n, ln2Lo, float32(float32(f*z)*p))
	y = madd(z, -0.5, y)
	return madd(n, ln2Hi, f+y)
}
