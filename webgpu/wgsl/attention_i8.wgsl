// Window attention in integers: softmax(q·kᵀ/√d + bias)·v for one block of queries
// of one head of one window, from the bytes that heads.wgsl made.
//
// Its shape is that of attention.wgsl: the scores of a block of queries against all
// keys of the window are computed once and never leave workgroup memory, keys and
// then values pass by in blocks, and several workgroups share a window's head. Of
// the 8×8 lanes each has QUERIES/8 queries and KEYS/8 keys as a register block, then
// the outputs of the same queries for the channel groups tx, tx+8, …. Bytes differ
// from that in three ways. A tile has a quarter of the size, so that blocks are
// larger. Integer sums need no order, and both products take sixteen bytes at a time,
// along the channels and along the keys. And the softmax's shares are packed where the
// scores were: a lane turns its own scores, every eighth key's, into words that hold
// four keys each, in the places of scores that it has used up, which is why values
// come in that order (layout.wgsl). A query's shares are divided by their sum last.
//
// QUERIES and KEYS are chosen by the host to fit the workgroup memory that the
// adapter has. KEYS is a multiple of 16.
struct Params {
    width: u32, // C, in groups of four channels
    scale: f32,
    zero: u32,
}

#if F16
alias stored = vec4<f16>;
#else
alias stored = vec4<f32>;
#endif

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> heads: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> table: array<f32>; // heads × (2w-1)²
@group(0) @binding(4) var<storage, read_write> y: array<stored>;

#include layout.wgsl
#include relative.wgsl
#include dot.wgsl
#include exp.wgsl

const SIDE = 8u;                            // the lanes' square
const STRIDE = max(AREA, WORDS) | 1u;       // of a query's scores; odd, for the banks
const RQ = QUERIES / SIDE;                  // queries a lane
const RK = KEYS / SIDE;                     // keys a lane
const RG = (GROUPS + SIDE - 1u) / SIDE;     // channel groups a lane
const STEP = KEYS / 4u;                     // words of values that pass by at once
const DAMAGED = 0x7f800000u;                // bits of a scale that is no number, from here on

var<workgroup> tile_q: array<vec4<u32>, QUERIES * UNITS>;
var<workgroup> tile_kv: array<vec4<u32>, KEYS * UNITS>; // which STEP/4 vectors of each channel fit, too
var<workgroup> scores: array<u32, QUERIES * STRIDE>;    // bits of floats, then shares
var<workgroup> shared_by_row: array<u32, QUERIES * SIDE>;
var<workgroup> damaged: atomic<u32>;

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let head = group.z * groups.y + group.y; // over all windows
    let bytes = head * HEAD;
    let scales = head * SCALES;
    let q0 = group.x * QUERIES;
    let tx = lane % SIDE;
    let ty = lane / SIDE;

    // A query or key that is no number has gone into its scale, and a softmax may
    // lose it: it is carried on into the result.
    for (var i = lane; i < 2u * AREA; i += 64u) {
        if ((bitcast<u32>(scale[scales + i]) & 0x7fffffffu) >= DAMAGED) {
            atomicStore(&damaged, 1u);
        }
    }
    for (var i = lane; i < QUERIES * UNITS; i += 64u) {
        tile_q[i] = heads[bytes + i / QUERIES * AREA + min(q0 + i % QUERIES, AREA - 1u)];
    }

    var top: array<f32, RQ>;
    var place: array<u32, RQ>; // in the bias table
    var q_scale: array<f32, RQ>;
    for (var i = 0u; i < RQ; i++) {
        top[i] = -3.4e38;
        let r = min(q0 + ty + i * SIDE, AREA - 1u);
        place[i] = query_place(r, group.y);
        q_scale[i] = scale[scales + r];
    }

    for (var k0 = 0u; k0 < AREA; k0 += KEYS) {
        workgroupBarrier(); // the previous block is used up
        for (var i = lane; i < KEYS * UNITS; i += 64u) {
            tile_kv[i] = heads[bytes + (UNITS + i / KEYS) * AREA + min(k0 + i % KEYS, AREA - 1u)];
        }
        workgroupBarrier();

        // Set to zero in words: not every compiler does so for a variable in a loop.
        var sum = array<array<i32, RK>, RQ>();
        for (var u = 0u; u < UNITS; u++) {
            var k: array<vec4<u32>, RK>;
            for (var j = 0u; j < RK; j++) {
                k[j] = tile_kv[u * KEYS + tx + j * SIDE];
            }
            for (var i = 0u; i < RQ; i++) {
                let q = tile_q[u * QUERIES + ty + i * SIDE];
                for (var j = 0u; j < RK; j++) {
                    sum[i][j] += sixteen(q, k[j]);
                }
            }
        }
        for (var j = 0u; j < RK; j++) {
            let key = k0 + tx + j * SIDE;
            if (key < AREA) {
                let k_scale = scale[scales + AREA + key];
                let place_j = key_place(key);
                for (var i = 0u; i < RQ; i++) {
                    let s = f32(sum[i][j]) * (q_scale[i] * k_scale) * p.scale + table[place[i] - place_j];
                    top[i] = max(top[i], s);
                    scores[(ty + i * SIDE) * STRIDE + key] = bitcast<u32>(s);
                }
            }
        }
    }

    // The softmax, whose sums are of integers as well.
    for (var i = 0u; i < RQ; i++) {
        shared_by_row[(ty + i * SIDE) * SIDE + tx] = bitcast<u32>(top[i]);
    }
    workgroupBarrier();
    var total: array<u32, RQ>;
    for (var i = 0u; i < RQ; i++) {
        let row = ty + i * SIDE;
        var t = bitcast<f32>(shared_by_row[row * SIDE]);
        for (var j = 1u; j < SIDE; j++) {
            t = max(t, bitcast<f32>(shared_by_row[row * SIDE + j]));
        }
        total[i] = 0u;
        // Words come in ascending order, and none lies behind the scores that it is
        // made of.
        for (var word = tx; word < WORDS; word += SIDE) {
            var packed = 0u;
            for (var b = 0u; b < 4u; b++) {
                let key = first_token(word) + 8u * b;
                if (key < AREA) {
                    let e = exponential(bitcast<f32>(scores[row * STRIDE + key]) - t);
                    // The bound is for damaged scores alone.
                    let share = min(u32(round(e * CERTAIN_SHARE)), u32(CERTAIN_SHARE));
                    packed |= share << (8u * b);
                    total[i] += share;
                }
            }
            scores[row * STRIDE + word] = packed;
        }
    }
    workgroupBarrier();
    for (var i = 0u; i < RQ; i++) {
        shared_by_row[(ty + i * SIDE) * SIDE + tx] = total[i];
    }

    var out: array<array<vec4<i32>, RG>, RQ>;
    for (var w0 = 0u; w0 < WORDS; w0 += STEP) {
        workgroupBarrier(); // the previous block is used up; the first time, also: all shares are there
        let values = bytes + VALUES + w0 * GROUPS;
        for (var i = lane; i < min(STEP, WORDS - w0) * GROUPS; i += 64u) {
            tile_kv[i] = heads[values + i];
        }
        workgroupBarrier();
        for (var word = 0u; word < min(STEP, WORDS - w0); word += 4u) {
            var v: array<array<vec4<u32>, 4>, RG>;
            for (var g = 0u; g < RG; g++) {
                for (var c = 0u; c < 4u; c++) {
                    // Lanes without a channel group of their own repeat the last one.
                    v[g][c] = tile_kv[(word + c) * GROUPS + min(tx + g * SIDE, GROUPS - 1u)];
                }
            }
            for (var i = 0u; i < RQ; i++) {
                let at = (ty + i * SIDE) * STRIDE + w0 + word;
                let share = vec4<u32>(scores[at], scores[at + 1u], scores[at + 2u], scores[at + 3u]);
                for (var g = 0u; g < RG; g++) {
                    out[i][g] += vec4<i32>(
                        sixteen(share, v[g][0]), sixteen(share, v[g][1]), sixteen(share, v[g][2]), sixteen(share, v[g][3]));
                }
            }
        }
    }

    let lost = atomicLoad(&damaged) != 0u;
    for (var i = 0u; i < RQ; i++) {
        let row = ty + i * SIDE;
        let r = q0 + row;
        if (r < AREA) {
            var sum = 0u;
            for (var j = 0u; j < SIDE; j++) {
                sum += shared_by_row[row * SIDE + j];
            }
            let each = select(1.0 / f32(sum), bitcast<f32>(0x7fc00000u | p.zero), lost);
            for (var g = 0u; g < RG; g++) {
                let c = tx + g * SIDE;
                if (c < GROUPS) {
                    let at = scales + 2u * AREA + 4u * c;
                    let v_scale = vec4<f32>(scale[at], scale[at + 1u], scale[at + 2u], scale[at + 3u]);
                    y[(group.z * AREA + r) * p.width + group.y * GROUPS + c] = stored(vec4<f32>(out[i][g]) * (each * v_scale));
                }
            }
        }
    }
}
