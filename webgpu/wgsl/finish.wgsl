// The last step, a lane a pixel of the result: its colour. With BYTES it is rounded to
// 8 bits and packed: a third of what is to be read back.
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
#include nan.wgsl
#include colour.wgsl
#if BYTES
#include opaque.wgsl
#include rgba.wgsl
#endif

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
    let pixel = colour(i);
#if BYTES
    result[i] = rgba(pixel);
#else
    for (var c = 0u; c < 3u; c++) {
        result[c * plane + i] = pixel[c];
    }
#endif
}
