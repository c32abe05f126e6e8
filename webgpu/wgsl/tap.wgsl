// linear_tap gives the two samples and the share of the second for output i of
// n when size samples are resized linearly, pixel centres aligned.
struct Tap {
    low: u32,
    high: u32,
    frac: f32,
}

fn linear_tap(i: u32, n: u32, size: u32) -> Tap {
    let at = max(0.0, (f32(i) + 0.5) * f32(size) / f32(n) - 0.5);
    let low = min(u32(at), size - 1u);
    return Tap(low, min(low + 1u, size - 1u), at - f32(low));
}

// between is the built-in mix with its order of operations laid down.
fn between(a: f32, b: f32, share: f32) -> f32 {
    return a * (1.0 - share) + b * share;
}
