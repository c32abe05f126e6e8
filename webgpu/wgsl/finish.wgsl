// The last step, a lane a pixel of the result: undoes the normalisation, clips,
// and averages the enlarged pixels of each source pixel.
//
// Behind the picture it leaves the number of the run, by which the host knows
// that the work was done and that it does not read an earlier result or zeros.
struct Params {
    width: u32,
    height: u32,
    upsample: u32,
    run: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> pixels: array<f32>;
@group(0) @binding(2) var<storage, read_write> rgb: array<f32>; // 3×h×w, run

#include item.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let plane = p.width * p.height;
    if (i == 0u) {
        rgb[3u * plane] = f32(p.run);
    }
    if (i >= plane) {
        return;
    }
    let wide = p.width * p.upsample;
    let large = plane * p.upsample * p.upsample;
    let base = (i / p.width * wide + i % p.width) * p.upsample;
    for (var c = 0u; c < 3u; c++) {
        var sum = 0.0;
        for (var dy = 0u; dy < p.upsample; dy++) {
            for (var dx = 0u; dx < p.upsample; dx++) {
                let v = pixels[c * large + base + dy * wide + dx] * PIXEL_STD[c] + PIXEL_MEAN[c];
                // What a clamp makes of a NaN is open; the host wants to see it.
                let invalid = (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u;
                sum += select(clamp(v, 0.0, 1.0), v, invalid);
            }
        }
        rgb[c * plane + i] = sum / f32(p.upsample * p.upsample);
    }
}
