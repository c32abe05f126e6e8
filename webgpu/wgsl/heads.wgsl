// Turns what the QKV product gives into bytes, ready for integer attention
// (attention_i8.wgsl): a head's queries and keys with a scale a token, its values,
// across the tokens, with a scale a channel of a window.
//
// That is a kernel of its own, since several workgroups share a window's head, and
// each of them would do all of it again. Here a workgroup of 64 lanes reads what it
// needs once. A part of the workgroups takes queries or keys: a lane has sixteen
// channels of a token, and they stay in registers while the lanes of a token
// find the largest of them. The others take values, sixteen channels each: four
// lanes, a group of four channels each, go side by side along the tokens, sixteen
// rows at a time, and then once more to pack them.
struct Params {
    width: u32, // C, in groups of four channels
    zero: u32,
}

#if F16
alias stored = vec4<f16>;
#else
alias stored = vec4<f32>;
#endif

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> qkv: array<stored>;
@group(0) @binding(2) var<storage, read_write> dst: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read_write> scale: array<f32>;

#include layout.wgsl
#include opaque.wgsl
#include quantise.wgsl

const LANES = 64u;
const TOKENS = LANES / UNITS; // of queries or keys a workgroup
const BLOCKS = (AREA + TOKENS - 1u) / TOKENS;
const ACROSS = 4u; // lanes along the values' channels
const DOWN = LANES / ACROSS;

var<workgroup> partial: array<vec4<u32>, LANES>;

// group_of is a group of four channels of a token of the window's, in q, k or v.
fn group_of(first: u32, token: u32, part: u32, c: u32) -> vec4<f32> {
    return vec4<f32>(qkv[((first + token) * 3u + part) * p.width + c]);
}

@compute @workgroup_size(LANES)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let head = group.z * groups.y + group.y; // over all windows
    let first = group.z * AREA;              // row of the window's first token
    let c0 = group.y * GROUPS;
    if (group.x < 2u * BLOCKS) {
        let part = group.x / BLOCKS; // queries, keys
        let row = lane / UNITS;
        let token = group.x % BLOCKS * TOKENS + row;
        let unit = lane % UNITS;
        let own = row < TOKENS && token < AREA;
        var v: array<vec4<f32>, 4>;
        var top = vec4<u32>();
        if (own) {
            for (var g = 0u; g < 4u; g++) {
                let c = 4u * unit + g;
                if (c < GROUPS) {
                    v[g] = group_of(first, token, part, c0 + c);
                    top = max(top, magnitude(v[g]));
                }
            }
        }
        partial[lane] = top;
        workgroupBarrier();
        if (own) {
            for (var u = 0u; u < UNITS; u++) {
                top = max(top, partial[row * UNITS + u]);
            }
            let largest = bitcast<f32>(max(max(top.x, top.y), max(top.z, top.w)));
            let inverse = inverse_of(largest);
            dst[head * HEAD + (part * UNITS + unit) * AREA + token] =
                vec4<u32>(bytes(v[0] * inverse), bytes(v[1] * inverse), bytes(v[2] * inverse), bytes(v[3] * inverse));
            if (unit == 0u) {
                scale[head * SCALES + part * AREA + token] = scale_of(largest);
            }
        }
    } else {
        let g = ACROSS * (group.x - 2u * BLOCKS) + lane % ACROSS;
        let row = lane / ACROSS;
        let own = g < GROUPS;
        var top = vec4<u32>();
        if (own) {
            for (var token = row; token < AREA; token += DOWN) {
                top = max(top, magnitude(group_of(first, token, 2u, c0 + g)));
            }
        }
        partial[lane] = top;
        workgroupBarrier();
        if (own) {
            for (var i = lane % ACROSS; i < LANES; i += ACROSS) {
                top = max(top, partial[i]);
            }
            let largest = bitcast<vec4<f32>>(top);
            let inverse = vec4<f32>(inverse_of(largest.x), inverse_of(largest.y), inverse_of(largest.z), inverse_of(largest.w));
            for (var word = 4u * row; word < WORDS; word += 4u * DOWN) {
                var packed: array<vec4<u32>, 4>; // by channel
                for (var i = 0u; i < 4u; i++) {
                    var v: array<vec4<f32>, 4>;
                    for (var b = 0u; b < 4u; b++) {
                        let token = first_token(word + i) + 8u * b;
                        v[b] = vec4<f32>();
                        if (token < AREA) {
                            v[b] = group_of(first, token, 2u, c0 + g) * inverse;
                        }
                    }
                    for (var c = 0u; c < 4u; c++) {
                        packed[c][i] = bytes(vec4<f32>(v[0][c], v[1][c], v[2][c], v[3][c]));
                    }
                }
                for (var c = 0u; c < 4u; c++) {
                    dst[head * HEAD + VALUES + (word + c) * GROUPS + g] = packed[c];
                }
            }
            if (row == 0u) {
                for (var c = 0u; c < 4u; c++) {
                    scale[head * SCALES + 2u * AREA + 4u * g + c] = scale_of(largest[c]);
                }
            }
        }
    }
}
