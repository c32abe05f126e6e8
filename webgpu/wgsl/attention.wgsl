// Window attention: softmax(q·kᵀ/√d + bias)·v for one block of queries of one
// head of one window.
//
// A window is small, so the scores of a block of queries against all its keys
// fit workgroup memory: the softmax is the plain one, in the CPU backend's order
// of operations, and every score is computed once. Keys, then values, pass by in
// blocks. Several workgroups share a window and head: a small picture has few
// windows, and a GPU wants hundreds of workgroups. The 64 lanes form 8×8: a lane
// scores QUERIES/8 queries against KEYS/8 keys as a register block, along the
// channels in vectors of four, and accumulates the outputs of the same queries
// for the channel groups tx, tx+8, …. Its keys are every eighth one, which are
// those of one of the CPU's eight partial sums. Tiles lie channel-group first:
// neighbouring lanes read neighbouring vectors.
//
// QUERIES and KEYS are chosen by the host to fit the workgroup memory that the
// adapter has. Where q, k and v are activations of an int8 model, attention_i8.wgsl
// takes its place.
struct Params {
    width: u32,   // C, in groups of four channels
    heads: u32,
    scale: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> qkv: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> table: array<f32>; // heads × (2w-1)²
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

#include exp.wgsl
#include relative.wgsl

// HEAD_DIM is d, WINDOW is w.
const GROUPS = HEAD_DIM / 4u;
const AREA = WINDOW * WINDOW;
const SIDE = 8u;                                 // the lanes' square
const WHOLE = AREA / SIDE * SIDE;                // keys that are summed in eight parts
const STRIDE = (AREA + SIDE - 1u) / SIDE * SIDE; // of a query's scores
const RQ = QUERIES / SIDE;                       // queries a lane
const RK = KEYS / SIDE;                          // keys a lane
const RG = (GROUPS + SIDE - 1u) / SIDE;          // channel groups a lane

var<workgroup> tile_q: array<vec4<f32>, QUERIES * GROUPS>;
var<workgroup> tile_kv: array<vec4<f32>, KEYS * GROUPS>;
var<workgroup> scores: array<f32, QUERIES * STRIDE>;
var<workgroup> shared_by_row: array<f32, QUERIES * SIDE>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head = group.y;
    let first = group.z * AREA; // row of the window's first token
    let q0 = group.x * QUERIES;
    let tx = lane % SIDE;
    let ty = lane / SIDE;

    for (var i = lane; i < QUERIES * GROUPS; i += 64u) {
        let r = min(q0 + i / GROUPS, AREA - 1u);
        let g = i % GROUPS;
        tile_q[g * QUERIES + i / GROUPS] = qkv[(first + r) * 3u * p.width + head * GROUPS + g];
    }

    var top: array<f32, RQ>;
    var place: array<u32, RQ>; // in the bias table
    for (var i = 0u; i < RQ; i++) {
        top[i] = -3.4e38;
        let r = min(q0 + ty + i * SIDE, AREA - 1u);
        place[i] = query_place(r, head);
    }

    for (var k0 = 0u; k0 < AREA; k0 += KEYS) {
        workgroupBarrier(); // the previous block is used up
        for (var i = lane; i < KEYS * GROUPS; i += 64u) {
            let r = min(k0 + i / GROUPS, AREA - 1u);
            let g = i % GROUPS;
            tile_kv[g * KEYS + i / GROUPS] = qkv[((first + r) * 3u + 1u) * p.width + head * GROUPS + g];
        }
        workgroupBarrier();

        // Set to zero in words: not every compiler does so for a variable in a loop.
        var score = array<array<f32, RK>, RQ>();
        for (var g = 0u; g < GROUPS; g++) {
            var k: array<vec4<f32>, RK>;
            for (var j = 0u; j < RK; j++) {
                k[j] = tile_kv[g * KEYS + tx + j * SIDE];
            }
            for (var i = 0u; i < RQ; i++) {
                let q = tile_q[g * QUERIES + ty + i * SIDE];
                for (var j = 0u; j < RK; j++) {
                    // One after the other: a dot product may add in any order.
                    score[i][j] = (((score[i][j] + q.x * k[j].x) + q.y * k[j].y) + q.z * k[j].z) + q.w * k[j].w;
                }
            }
        }
        for (var j = 0u; j < RK; j++) {
            let key = k0 + tx + j * SIDE;
            if (key < AREA) {
                let place_j = key_place(key);
                for (var i = 0u; i < RQ; i++) {
                    let s = score[i][j] * p.scale + table[place[i] - place_j];
                    top[i] = max(top[i], s);
                    scores[(ty + i * SIDE) * STRIDE + key] = s;
                }
            }
        }
    }

    // The softmax. A lane turns its own scores into powers.
    for (var i = 0u; i < RQ; i++) {
        shared_by_row[(ty + i * SIDE) * SIDE + tx] = top[i];
    }
    workgroupBarrier();
    var total: array<f32, RQ>;
    for (var i = 0u; i < RQ; i++) {
        let row = ty + i * SIDE;
        var t = shared_by_row[row * SIDE];
        for (var j = 1u; j < SIDE; j++) {
            t = max(t, shared_by_row[row * SIDE + j]);
        }
        for (var key = tx; key < AREA; key += SIDE) {
            let e = exponential(scores[row * STRIDE + key] - t);
            scores[row * STRIDE + key] = e;
            if (key < WHOLE) {
                total[i] += e;
            }
        }
    }
    workgroupBarrier();
    for (var i = 0u; i < RQ; i++) {
        shared_by_row[(ty + i * SIDE) * SIDE + tx] = total[i];
    }
    workgroupBarrier();
    for (var i = 0u; i < RQ; i++) {
        let row = ty + i * SIDE;
        let at = row * SIDE;
        var sum = ((shared_by_row[at] + shared_by_row[at + 4u]) + (shared_by_row[at + 2u] + shared_by_row[at + 6u]))
            + ((shared_by_row[at + 1u] + shared_by_row[at + 5u]) + (shared_by_row[at + 3u] + shared_by_row[at + 7u]));
        for (var key = WHOLE; key < AREA; key++) {
            sum += scores[row * STRIDE + key];
        }
        total[i] = 1.0 / sum;
    }
    workgroupBarrier();
    for (var i = 0u; i < RQ; i++) {
        for (var key = tx; key < AREA; key += SIDE) {
            scores[(ty + i * SIDE) * STRIDE + key] *= total[i];
        }
    }

    var out: array<array<vec4<f32>, RG>, RQ>;
    for (var k0 = 0u; k0 < AREA; k0 += KEYS) {
        workgroupBarrier(); // the previous block is used up; the first time, also: all shares are there
        for (var i = lane; i < KEYS * GROUPS; i += 64u) {
            let r = min(k0 + i / GROUPS, AREA - 1u);
            let g = i % GROUPS;
            tile_kv[i] = qkv[((first + r) * 3u + 2u) * p.width + head * GROUPS + g];
        }
        workgroupBarrier();
        for (var key = 0u; key < min(KEYS, AREA - k0); key++) {
            for (var g = 0u; g < RG; g++) {
                // Lanes without a channel group of their own repeat the last one.
                let v = tile_kv[key * GROUPS + min(tx + g * SIDE, GROUPS - 1u)];
                for (var i = 0u; i < RQ; i++) {
                    out[i][g] += scores[(ty + i * SIDE) * STRIDE + k0 + key] * v;
                }
            }
        }
    }
    for (var i = 0u; i < RQ; i++) {
        let r = q0 + ty + i * SIDE;
        if (r < AREA) {
            for (var g = 0u; g < RG; g++) {
                let c = tx + g * SIDE;
                if (c < GROUPS) {
                    y[(first + r) * p.width + head * GROUPS + c] = out[i][g];
                }
            }
        }
    }
}
