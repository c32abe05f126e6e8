// The natural logarithm of a positive number by the polynomial of
// core/cpu/kernel/log.go, in its order of operations.
fn logarithm(x: f32) -> f32 {
    let sqrt_half = 0x3f3504f3u;
    let bits = bitcast<u32>(x) + (0x3f800000u - sqrt_half);
    let n = f32(i32(bits >> 23u) - 127);
    let f = bitcast<f32>((bits & 0x7fffffu) + sqrt_half) - 1.0;
    var q = 7.0376836292e-2 * f - 1.1514610310e-1;
    q = q * f + 1.1676998740e-1;
    q = q * f - 1.2420140846e-1;
    q = q * f + 1.4249322787e-1;
    q = q * f - 1.6668057665e-1;
    q = q * f + 2.0000714765e-1;
    q = q * f - 2.4999993993e-1;
    q = q * f + 3.3333331174e-1;
    let z = f * f;
    var y = n * -2.12194440e-4 + (f * z) * q;
    y = z * -0.5 + y;
    let result = n * 0.693359375 + (f + y);
    return select(x, result, x <= 0x1.fffffep+127); // infinity, and no number at all
}
