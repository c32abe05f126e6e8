// Values as integers within ±ACTIVATION_LIMIT and one scale, as the CPU backend
// rounds them. It needs opaque.wgsl.

// magnitude is the bits of magnitudes. They compare as integers like the
// magnitudes do, and a NaN exceeds them all: it becomes the scale and shows in the
// product.
fn magnitude(v: vec4<f32>) -> vec4<u32> {
    return bitcast<vec4<u32>>(v) & vec4<u32>(0x7fffffffu);
}

// tiny tells whether values of which this is the largest count as zero.
fn tiny(largest: f32) -> bool {
    return largest < 0x1p-120;
}

// scale_of is what the integers are multiplied by, to be the values again.
fn scale_of(largest: f32) -> f32 {
    return select(largest / opaque(ACTIVATION_LIMIT), 0.0, tiny(largest));
}

// inverse_of is what values are multiplied by, to be rounded.
fn inverse_of(largest: f32) -> f32 {
    return select(ACTIVATION_LIMIT / largest, 0.0, tiny(largest));
}

// bytes rounds four values and packs them.
fn bytes(v: vec4<f32>) -> u32 {
    let q = vec4<i32>(clamp(round(v), vec4<f32>(-ACTIVATION_LIMIT), vec4<f32>(ACTIVATION_LIMIT)));
#if DP4A
    return pack4xI8(q);
#else
    let b = bitcast<vec4<u32>>(q) & vec4<u32>(0xffu);
    return b.x | (b.y << 8u) | (b.z << 16u) | (b.w << 24u);
#endif
}
