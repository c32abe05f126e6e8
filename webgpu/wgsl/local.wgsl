// The depthwise 3×3 convolution over the grid, zero padding, added to its own
// input: dst = src + DW(src) + bias.
//
// A lane owns four channels of a token. Its nine reads are coalesced along the
// channels, and neighbouring tokens find each other's in the cache, so
// workgroup memory would gain nothing.
struct Params {
    width: u32, // C, in groups of four channels
    tokens: u32,
    grid_h: u32,
    grid_w: u32,
    items: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> taps: array<vec4<f32>>; // 3×3×C
@group(0) @binding(3) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> dst: array<vec4<f32>>;

#include item.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    if (i >= p.items) {
        return;
    }
    let c = i % p.width;
    let row = i / p.width;
    let stream = row / p.tokens;
    let x = i32(row % p.tokens % p.grid_w);
    let y = i32(row % p.tokens / p.grid_w);
    var sum = bias[c];
    for (var v = max(y - 1, 0); v <= min(y + 1, i32(p.grid_h) - 1); v++) {
        for (var u = max(x - 1, 0); u <= min(x + 1, i32(p.grid_w) - 1); u++) {
            let tap = u32((v - y + 1) * 3 + u - x + 1);
            let token = stream * p.tokens + u32(v) * p.grid_w + u32(u);
            sum += src[token * p.width + c] * taps[tap * p.width + c];
        }
    }
    dst[i] = src[i] + sum;
}
