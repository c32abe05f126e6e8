// The last step, a lane a pixel of the result: undoes the normalisation, clips,
// and averages the enlarged pixels of each source pixel. With BYTES it rounds them to
// 8 bits as core.Byte does, and packs them: a third of what is to be read back.
//
// Behind the picture it leaves the number of the run, by which the host knows
// that the work was done and that it does not read an earlier result or zeros.
struct Params {
    width: u32,
    height: u32,
    upsample: u32,
    run: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> pixels: array<f32>;
#if BYTES
@group(0) @binding(2) var<storage, read_write> result: array<u32>; // h×w RGBA, run
#else
@group(0) @binding(2) var<storage, read_write> result: array<f32>; // 3×h×w, run
#endif

#include item.wgsl
#include opaque.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let plane = p.width * p.height;
    if (i == 0u) {
#if BYTES
        result[plane] = p.run;
#else
        result[3u * plane] = f32(p.run);
#endif
    }
    if (i >= plane) {
        return;
    }
    let wide = p.width * p.upsample;
    let large = plane * p.upsample * p.upsample;
    let base = (i / p.width * wide + i % p.width) * p.upsample;
    var colour: vec3<f32>;
    var valid = true;
    for (var c = 0u; c < 3u; c++) {
        for (var dy = 0u; dy < p.upsample; dy++) {
            for (var dx = 0u; dx < p.upsample; dx++) {
                let v = pixels[c * large + base + dy * wide + dx] * PIXEL_STD[c] + PIXEL_MEAN[c];
                // What a clamp makes of a NaN is open; the host wants to see it.
                let invalid = (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
                valid = valid && !invalid;
                colour[c] += select(clamp(v, 0.0, 1.0), v, invalid);
            }
        }
        colour[c] /= f32(p.upsample * p.upsample);
    }
#if BYTES
    var rgba = select(0u, 0xff000000u, valid); // a transparent pixel shows the host a NaN
    for (var c = 0u; c < 3u; c++) {
        rgba |= u32(opaque(colour[c] * 255.0) + 0.5) << (8u * c);
    }
    result[i] = rgba;
#else
    for (var c = 0u; c < 3u; c++) {
        result[c * plane + i] = colour[c];
    }
#endif
}
