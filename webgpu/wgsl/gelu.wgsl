// The exact GELU as max(x,0) - |x|·erfc(|x|/√2)/2, which cancels nowhere; erfc
// by Abramowitz and Stegun 7.1.26, to 1.5e-7.
//
// The order of operations is that of core/cpu/kernel/gelu.go.
#include exp.wgsl

fn gelu(x: f32) -> f32 {
    let m = min(abs(x), 16.0);
    // The bound is never met: it keeps a compiler from dividing 1.06… at once.
    let t = min(1.0 / (m * (0.3275911 * 0.70710678118654752) + 1.0), 1.0);
    let q = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
    return max(x, 0.0) - (m * 0.5) * (q * exponential((m * m) * -0.5));
}
