// rgba is a colour as four bytes, rounded as core.Byte does. Where it is not a number
// the pixel is transparent, as no other is, and the host sees that.
fn rgba(colour: vec3<f32>) -> u32 {
    var packed = 0xff000000u;
    for (var c = 0u; c < 3u; c++) {
        if (isNaN(colour[c])) {
            return 0u;
        }
        packed |= u32(opaque(clamp(colour[c], 0.0, 1.0) * 255.0) + 0.5) << (8u * c);
    }
    return packed;
}
