// colour is that of pixel i of the tile: the normalisation of pixels is undone, they
// are clipped, and the enlarged ones averaged. What a clamp makes of a NaN is open: it
// stays one, for the host to see.
fn colour(i: u32) -> vec3<f32> {
    let wide = p.width * p.upsample;
    let large = wide * p.height * p.upsample;
    let base = (i / p.width * wide + i % p.width) * p.upsample;
    var mean: vec3<f32>;
    for (var c = 0u; c < 3u; c++) {
        for (var dy = 0u; dy < p.upsample; dy++) {
            for (var dx = 0u; dx < p.upsample; dx++) {
                let v = pixels[c * large + base + dy * wide + dx] * PIXEL_STD[c] + PIXEL_MEAN[c];
                mean[c] += select(clamp(v, 0.0, 1.0), v, isNaN(v));
            }
        }
        mean[c] /= f32(p.upsample * p.upsample);
    }
    return mean;
}
