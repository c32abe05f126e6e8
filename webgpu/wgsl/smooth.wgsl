// The outputs of two-scale blending's head, averaged over a square of tokens around
// each, with the prompts' dominance in the logit; a lane an output of a token.
//
// There are some ten outputs a token where there are a hundred pixels, and neighbouring
// lanes read almost the same: what the reads cost is lost beside the pass over the pixels.
struct Params {
    tokens: u32,
    grid_h: u32,
    grid_w: u32,
    gain: f32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> outputs: array<f32>; // N×OUTPUTS, the logit first
@group(0) @binding(2) var<storage, read> prompts: array<f32>; // 2×N
@group(0) @binding(3) var<storage, read_write> smoothed: array<f32>;

#include item.wgsl
#include opaque.wgsl
#include log.wgsl
#include dominance.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    if (i >= p.tokens * OUTPUTS) {
        return;
    }
    let k = i % OUTPUTS;
    let r = i / OUTPUTS / p.grid_w;
    let c = i / OUTPUTS % p.grid_w;
    var sum = 0.0;
    var count = 0.0;
    for (var y = r - min(r, RADIUS); y <= min(r + RADIUS, p.grid_h - 1u); y++) {
        for (var x = c - min(c, RADIUS); x <= min(c + RADIUS, p.grid_w - 1u); x++) {
            var v = outputs[(y * p.grid_w + x) * OUTPUTS + k];
            if (k == 0u) {
                v += opaque(p.gain * dominance(y, x));
            }
            sum += v;
            count += 1.0;
        }
    }
    smoothed[i] = sum / count;
}
