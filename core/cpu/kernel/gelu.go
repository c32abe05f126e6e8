package kernel

// With a the magnitude of x, GELU(x) is max(x,0) less a·erfc(a/√2)/2, which cancels
// nowhere. What a is multiplied by there falls like (1 - a/geluEnd)¹⁶, nearly: the
// polynomial h is what is left. Its coefficients, that of a⁹ last, are a weighted least
// squares fit of the product on [0, geluEnd], its weights raised where the error was
// largest until it was equal everywhere (C. Lawson, 1961): 7e-8.
const (
	geluEnd = 7.7
	geluH0  = 0.49999472
	geluH1  = 0.6401535
	geluH2  = 0.31680056
	geluH3  = 0.04959083
	geluH4  = -0.033458233
	geluH5  = 0.0018555286
	geluH6  = -0.010347847
	geluH7  = 0.0057117995
	geluH8  = -0.0010764428
	geluH9  = 7.1062415e-05
)

// GELU replaces every x by x·Φ(x), the exact Gaussian error linear unit
// (D. Hendrycks and K. Gimpel, 2016), with an absolute error below 3e-7 or the
// rounding of x. GELU(+Inf) is +Inf, GELU(-Inf) 0; NaN stays NaN.
func GELU(x []float32) {
	if len(x) > 0 {
		geluEach(x)
	}
}

func geluEachScalar(x []float32) {
	for i, v := range x {
		x[i] = gelu32(v)
	}
}

func gelu32(x float32) float32 {
	a := clampDown(abs32(x), geluEnd)
	h := madd(geluH9, a, geluH8)
	h = madd(h, a, geluH7)
	h = madd(h, a, geluH6)
	h = madd(h, a, geluH5)
	h = madd(h, a, geluH4)
	h = madd(h, a, geluH3)
	h = madd(h, a, geluH2)
	h = madd(h, a, geluH1)
	h = madd(h, a, geluH0)
	w := madd(a, -1/geluEnd, 1)
	w *= w
	w *= w
	w *= w
	// In this order nothing between is subnormal, which a GPU may make 0 of.
	return clampUp(x, 0) - float32(float32(float32(h*a)*w)*w)
}
