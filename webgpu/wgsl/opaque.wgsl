// opaque is x by a way that no compiler sees through: p.zero is 0. Compilers
// may take a division by a constant for a product with its reciprocal, and
// (a + b) - a for b, which is not the same to the last bit.
fn opaque(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) | p.zero);
}
