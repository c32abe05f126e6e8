// The first half of a stream's mean and deviation: each workgroup reduces 4,096
// neighbouring values to their mean and the sum of squared differences from it.
//
// Both passes run over registers, and merging such pairs (merge.wgsl) loses no
// digits, which sums of x and x² would. What is added in which order depends on
// nothing but the size: the same picture gives the same bits every time.
#include reduce.wgsl

struct Params {
    size: u32,  // values of a stream, in groups of four
    parts: u32, // workgroups a stream
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> parts: array<vec2<f32>>; // mean, squares

const EACH = 16u;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
#if SUBGROUPS
    @builtin(subgroup_id) subgroup_id: u32,
    @builtin(num_subgroups) num_subgroups: u32,
    @builtin(subgroup_invocation_id) subgroup_invocation: u32,
#endif
) {
    lane = index;
#if SUBGROUPS
    subgroup = subgroup_id;
    subgroup_count = num_subgroups;
    subgroup_lane = subgroup_invocation;
#endif
    let base = group.x * LANES * EACH;
    let count = 4u * min(LANES * EACH, p.size - base);
    var v: array<vec4<f32>, EACH>;
    var sum = vec4<f32>();
    for (var i = 0u; i < EACH; i++) {
        let at = base + lane + i * LANES;
        if (at < p.size) {
            v[i] = z[group.y * p.size + at];
            sum += v[i];
        }
    }
    let mean = add_lanes(dot(sum, vec4<f32>(1.0))) / f32(count);
    var square = 0.0;
    for (var i = 0u; i < EACH; i++) {
        if (base + lane + i * LANES < p.size) {
            let d = v[i] - mean;
            square += dot(d, d);
        }
    }
    square = add_lanes(square);
    if (lane == 0u) {
        parts[group.y * p.parts + group.x] = vec2<f32>(mean, square);
    }
}
