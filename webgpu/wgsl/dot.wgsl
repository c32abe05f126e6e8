// four is the sum of the products of four signed bytes each.
fn four(u: u32, v: u32) -> i32 {
#if DP4A
    return dot4I8Packed(u, v);
#else
    let shift = vec4<u32>(24u, 16u, 8u, 0u);
    let x = (vec4<i32>(i32(u)) << shift) >> vec4<u32>(24u);
    let y = (vec4<i32>(i32(v)) << shift) >> vec4<u32>(24u);
    return dot(x, y);
#endif
}

// sixteen is the same of sixteen bytes.
fn sixteen(u: vec4<u32>, v: vec4<u32>) -> i32 {
    return four(u.x, v.x) + four(u.y, v.y) + four(u.z, v.z) + four(u.w, v.w);
}
