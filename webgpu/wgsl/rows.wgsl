// Gathers rows, normalises them (LayerNorm) and quantises them to int8 with a
// scale each, ready for a matrix product.
//
// A workgroup of 64 lanes owns a row: the row is read once, coalesced, and then
// stays in registers through both passes of the LayerNorm and the search for
// the largest magnitude. The order of the rows is that of the tokens, or of the
// windows of the shifted grid, so that everything after it finds a window's
// tokens side by side and the shift costs no copy.
#include largest.wgsl

struct Params {
    first: u32,  // global number of the first row
    count: u32,  // of rows
    eps: f32,
    tokens: u32, // N, of one stream
    grid_h: u32,
    grid_w: u32,
    window: u32,
    shift: u32,
    zero: u32,
}

#if HALF
#if F16
alias stored = vec4<f16>;
#else
alias stored = vec4<f32>;
#endif
#else
alias stored = vec4<f32>;
#endif

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> src: array<stored>;
#if NORM
@group(0) @binding(2) var<storage, read> gain: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> bias: array<vec4<f32>>;
#endif
#if QUANTISE
@group(0) @binding(4) var<storage, read_write> dst: array<u32>;
@group(0) @binding(5) var<storage, read_write> scale: array<f32>;
#else
@group(0) @binding(4) var<storage, read_write> dst: array<vec4<f32>>;
#endif

#include window.wgsl

#include opaque.wgsl

#if QUANTISE
#include quantise.wgsl
#endif

// WIDTH is a row's, in groups of four channels.
const EACH = (WIDTH + LANES - 1u) / LANES;

#if NORM
var<workgroup> row_values: array<vec4<f32>, WIDTH>;
var<workgroup> halves: array<vec4<f32>, 2>;

#include eighths.wgsl

// row_sum adds up what the lanes have put into row_values in the CPU backend's
// order. Two lanes do it, four of the sums of every eighth channel each. A tree
// over all lanes would be shorter, but rows are waited for by the dozen, and the
// last bit decides to which integer a value on the edge is rounded.
fn row_sum() -> f32 {
    workgroupBarrier();
    if (lane < 2u) {
        var sum = vec4<f32>();
        for (var i = lane; i < WIDTH; i += 2u) {
            sum += row_values[i];
        }
        halves[lane] = sum;
    }
    workgroupBarrier();
    return eighths(halves[0], halves[1]);
}
#endif

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
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
    let row = group.y * groups.x + group.x;
    if (row >= p.count) {
        return;
    }
#if WINDOWS
    let at = window_row(p.first + row, p.tokens, p.grid_h, p.grid_w, p.window, p.shift) * WIDTH;
#else
    let at = (p.first + row) * WIDTH;
#endif

    var v: array<vec4<f32>, EACH>;
    for (var i = 0u; i < EACH; i++) {
        let c = lane + i * LANES;
        if (c < WIDTH) {
#if PAIR
            let half = WIDTH / 2u;
            let token = p.first + row;
            v[i] = vec4<f32>(src[select((p.tokens + token) * half + c - half, token * half + c, c < half)]);
#else
            v[i] = vec4<f32>(src[at + c]);
#endif
        }
    }

#if NORM
    let channels = opaque(f32(4u * WIDTH));
    for (var i = 0u; i < EACH; i++) {
        if (lane + i * LANES < WIDTH) {
            row_values[lane + i * LANES] = v[i];
        }
    }
    let mean = row_sum() / channels;
    for (var i = 0u; i < EACH; i++) {
        if (lane + i * LANES < WIDTH) {
            let d = v[i] - mean;
            row_values[lane + i * LANES] = d * d;
        }
    }
    let inv = 1.0 / opaque(sqrt(row_sum() / channels + p.eps));
    for (var i = 0u; i < EACH; i++) {
        let c = lane + i * LANES;
        if (c < WIDTH) {
            v[i] = (v[i] - mean) * inv * gain[c] + bias[c];
        }
    }
#endif

#if QUANTISE
    var top = vec4<u32>();
    for (var i = 0u; i < EACH; i++) {
        top = max(top, magnitude(v[i]));
    }
    let largest = bitcast<f32>(max_lanes(max(max(top.x, top.y), max(top.z, top.w))));
    let inverse = inverse_of(largest);
    for (var i = 0u; i < EACH; i++) {
        let c = lane + i * LANES;
        if (c < WIDTH) {
            dst[row * WIDTH + c] = bytes(v[i] * inverse);
        }
    }
    if (lane == 0u) {
        scale[row] = scale_of(largest);
    }
#else
    for (var i = 0u; i < EACH; i++) {
        let c = lane + i * LANES;
        if (c < WIDTH) {
            dst[row * WIDTH + c] = v[i];
        }
    }
#endif
}
