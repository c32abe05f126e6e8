// What an adapter can do at best, to see how near other kernels come: products
// and sums that nothing holds up. A lane works on 32 accumulators in registers,
// from one vector that the next step changes.
struct Params {
    steps: u32,
    seed: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;

#if INT8
alias number = i32;

#include dot.wgsl

fn product(u: u32, v: u32) -> i32 {
    return four(u, v);
}
#else
alias number = f32;
fn product(u: u32, v: u32) -> f32 {
    return bitcast<f32>(u) * bitcast<f32>(v);
}
#endif

#include item.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    var sums: array<number, 32>;
    var u = p.seed + i;
    for (var s = 0u; s < p.steps; s++) {
        for (var k = 0u; k < 32u; k++) {
            sums[k] += product(u, u + k * p.seed);
        }
        u ^= bitcast<u32>(sums[s % 2u]);
    }
    var total = sums[0];
    for (var k = 1u; k < 32u; k++) {
        total += sums[k];
    }
    if (bitcast<u32>(total) == 0x7fc12345u) { // never, but no compiler knows
        out[i % 64u] = 1u;
    }
}
