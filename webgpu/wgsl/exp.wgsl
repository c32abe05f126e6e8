// The exponential by the polynomial of core/cpu/kernel/exp.go, in its order of
// operations: built-in ones differ from it, and between GPUs, in the last bits.
fn exponential(v: f32) -> f32 {
    let x = clamp(v, -104.0, 89.0);
    let n = round(x * 1.44269504088896341);
    let r = (x - n * 0.693359375) + n * 2.12194440e-4;
    var q = 1.9875691500e-4 * r + 1.3981999507e-3;
    q = q * r + 8.3334519073e-3;
    q = q * r + 4.1665795894e-2;
    q = q * r + 1.6666665459e-1;
    q = q * r + 5.0000001201e-1;
    // The bound is never met: it keeps a compiler from adding r and 1 first.
    q = max(q * (r * r) + r, -0.5) + 1.0;
    // 2ⁿ alone may leave the range where the result does not.
    let half = i32(n) >> 1u;
    return q * power_of_two(half) * power_of_two(i32(n) - half);
}

fn power_of_two(n: i32) -> f32 {
    return bitcast<f32>(u32(n + 127) << 23u);
}

fn sigmoid(x: f32) -> f32 {
    return 1.0 / (1.0 + exponential(-x));
}
