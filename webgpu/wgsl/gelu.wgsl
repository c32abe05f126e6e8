// The exact GELU as max(x,0) - a·erfc(a/√2)/2 with a = |x|, which cancels nowhere: a
// times (1 - a/7.7)¹⁶ and a polynomial.
//
// Coefficients and order of operations are those of core/cpu/kernel/gelu.go.
fn gelu(x: f32) -> f32 {
    let a = min(abs(x), 7.7);
    var h = 7.1062415e-05 * a - 0.0010764428;
    h = h * a + 0.0057117995;
    h = h * a - 0.010347847;
    h = h * a + 0.0018555286;
    h = h * a - 0.033458233;
    h = h * a + 0.04959083;
    h = h * a + 0.31680056;
    h = h * a + 0.6401535;
    h = h * a + 0.49999472;
    var w = a * (-1.0 / 7.7) + 1.0;
    w *= w;
    w *= w;
    w *= w;
    return max(x, 0.0) - ((h * a) * w) * w;
}
