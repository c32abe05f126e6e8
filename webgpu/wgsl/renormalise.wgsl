// Gives both streams the mean and deviation they are to have, in place:
// x ← (x - mean(x))·std/(std(x) + RENORMALISE_EPS) + mean. Bound by memory: a lane per
// four values.
struct Params {
    size: u32, // values of a stream, in groups of four
    items: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> z: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> now: array<vec2<f32>>; // mean, deviation
@group(0) @binding(3) var<storage, read> want: array<vec2<f32>>;

#include item.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    if (i >= p.items) {
        return;
    }
    let s = i / p.size;
    z[i] = (z[i] - now[s].x) * (want[s].y / (now[s].y + RENORMALISE_EPS)) + want[s].x;
}
