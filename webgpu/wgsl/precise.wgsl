// Sums and products in pairs of f32, a value and what its rounding left: some 48
// bits (Dekker, 1971; Knuth, TAOCP 4.2.2). What rounding leaves is found by
// subtractions that a compiler must not simplify, hence opaque.
#include opaque.wgsl

alias pair = vec2<f32>;

fn sum_of(a: f32, b: f32) -> pair {
    let s = opaque(a + b);
    let part = opaque(s - a);
    return pair(s, (a - opaque(s - part)) + (b - part));
}

fn product_of(a: f32, b: f32) -> pair {
    // Halves of twelve bits, whose products are exact.
    let a_high = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
    let b_high = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
    let a_low = a - a_high;
    let b_low = b - b_high;
    let product = opaque(a * b);
    return pair(product, ((opaque(a_high * b_high) - product) + (a_high * b_low + a_low * b_high)) + a_low * b_low);
}

fn add(a: pair, b: pair) -> pair {
    let s = sum_of(a.x, b.x);
    return sum_of(s.x, s.y + (a.y + b.y));
}

fn multiply(a: pair, b: pair) -> pair {
    let product = product_of(a.x, b.x);
    return sum_of(product.x, product.y + (a.x * b.y + a.y * b.x));
}

fn divide(a: pair, b: f32) -> pair {
    let q = opaque(a.x / b);
    let product = product_of(q, b);
    return sum_of(q, ((a.x - product.x) - product.y + a.y) / b);
}

fn square_root(a: pair) -> f32 {
    let s = opaque(sqrt(a.x));
    if (s == 0.0) {
        return s;
    }
    let square = product_of(s, s);
    return s + ((a.x - square.x) - square.y + a.y) / (2.0 * s);
}
