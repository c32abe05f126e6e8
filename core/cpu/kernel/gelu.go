package kernel

// Coefficients of the complementary error function: M. Abramowitz and I. A.
// Stegun, "Handbook of Mathematical Functions", 7.1.26. With t = 1/(1+p·z),
// erfc z = e^(-z²)·(a1·t + … + a5·t⁵) for z ≥ 0, to 1.5e-7.
const (
	erfcP  = 0.3275911
	erfcA1 = 0.254829592
	erfcA2 = -0.284496736
	erfcA3 = 1.421413741
	erfcA4 = -1.453152027
	erfcA5 = 1.061405429

	// geluEnd is where the tail has long underflowed to 0; holding |x| there keeps
	// ∞·0 out of the formula.
	geluEnd  = 16
	sqrtHalf = 0.70710678118654752
)

// GELU replaces every x by x·Φ(x), the exact Gaussian error linear unit
// (D. Hendrycks and K. Gimpel, 2016), with an absolute error below 5e-7 or the
// rounding of x. GELU(+Inf) is +Inf, GELU(-Inf) 0; NaN stays NaN.
//
// It is computed as max(x,0) - |x|·erfc(|x|/√2)/2, which cancels nowhere and
// dies out correctly on the negative side.
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
	t := 1 / madd(a, erfcP*sqrtHalf, 1)
	p := madd(erfcA5, t, erfcA4)
	p = madd(p, t, erfcA3)
	p = madd(p, t, erfcA2)
	p = madd(p, t, erfcA1)
	p = float32(p * t)
	q := float32(p * exp32(float32(float32(a*a)*-0.5)))
	return clampUp(x, 0) - float32(float32(a*0.5)*q)
}
