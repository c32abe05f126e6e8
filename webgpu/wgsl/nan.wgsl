// isNaN tells whether x is not a number, which a comparison of floats may not.
fn isNaN(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
