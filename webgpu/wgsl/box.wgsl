// One pass of a box filter over planes, along their rows or, with DOWN, their
// columns: the mean of the pixels within a radius that lie inside. A lane a
// pixel.
//
// Neighbouring lanes read almost the same pixels, which the cache serves: a
// running sum would read less, but in few, long threads.
struct Params {
    width: u32,
    height: u32,
    planes: u32,
    radius: u32,
    first: u32, // plane of the result to begin with
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<f32>;
@group(0) @binding(2) var<storage, read_write> dst: array<f32>;

#include item.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let plane = p.width * p.height;
    if (i >= p.planes * plane) {
        return;
    }
#if DOWN
    let at = i % plane / p.width;
    let end = p.height - 1u;
    let stride = p.width;
#else
    let at = i % p.width;
    let end = p.width - 1u;
    let stride = 1u;
#endif
    let low = at - min(at, p.radius);
    let high = min(at + p.radius, end);
    var sum = 0.0;
    for (var k = low; k <= high; k++) {
        sum += src[i - (at - k) * stride];
    }
    dst[p.first * plane + i] = sum / f32(high - low + 1u);
}
