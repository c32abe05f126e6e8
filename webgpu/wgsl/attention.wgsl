// Window attention: softmax(q·kᵀ/√d + bias)·v for one block of queries of one
// head of one window.
//
// The keys pass by in blocks and the softmax is the online one, so the scores
// exist only as a QUERIES×KEYS tile in workgroup memory, whatever the window.
// Several workgroups share a window and head: a small picture has few windows,
// and a GPU wants hundreds of workgroups. The 64 lanes form 8×8: a lane scores
// QUERIES/8 queries against KEYS/8 keys as a register block, along the channels
// in vectors of four, and accumulates the outputs of the same queries for the
// channel groups tx, tx+8, …. So the row statistics a lane needs are those of
// its own queries; lanes of a row share only their partial maxima. Tiles lie
// channel-group first: neighbouring lanes read neighbouring vectors.
//
// QUERIES and KEYS are chosen by the host to fit the workgroup memory that the
// adapter has. The bias table is indexed, not expanded: with b = r·(2w-1) + c
// for a token at (r, c), the entry of a pair is b_i - b_j + (w-1)·2w.
struct Params {
    width: u32,   // C, in groups of four channels
    heads: u32,
    window: u32,
    scale: f32,
}

#if F16
alias stored = vec4<f16>;
#else
alias stored = vec4<f32>;
#endif

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> qkv: array<stored>;
@group(0) @binding(2) var<storage, read> table: array<f32>; // heads × (2w-1)²
@group(0) @binding(3) var<storage, read_write> y: array<stored>;

// HEAD_DIM is d.
const GROUPS = HEAD_DIM / 4u;
const SIDE = 8u;                        // the lanes' square
const RQ = QUERIES / SIDE;              // queries a lane
const RK = KEYS / SIDE;                 // keys a lane
const RG = (GROUPS + SIDE - 1u) / SIDE; // channel groups a lane

var<workgroup> tile_q: array<vec4<f32>, QUERIES * GROUPS>;
var<workgroup> tile_kv: array<vec4<f32>, KEYS * GROUPS>;
var<workgroup> tile_p: array<f32, QUERIES * KEYS>;
var<workgroup> tops: array<f32, QUERIES * SIDE>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let area = p.window * p.window;
    let side = 2u * p.window - 1u;
    let head = group.y;
    let first = group.z * area; // row of the window's first token
    let q0 = group.x * QUERIES;
    let tx = lane % SIDE;
    let ty = lane / SIDE;

    for (var i = lane; i < QUERIES * GROUPS; i += 64u) {
        let r = min(q0 + i / GROUPS, area - 1u);
        let g = i % GROUPS;
        tile_q[g * QUERIES + i / GROUPS] = vec4<f32>(qkv[(first + r) * 3u * p.width + head * GROUPS + g]) * p.scale;
    }

    var top: array<f32, RQ>;
    var total: array<f32, RQ>; // this lane's keys only
    var out: array<array<vec4<f32>, RG>, RQ>;
    var place: array<u32, RQ>; // in the bias table
    for (var i = 0u; i < RQ; i++) {
        top[i] = -1e30;
        let r = min(q0 + ty + i * SIDE, area - 1u);
        place[i] = (r / p.window) * side + r % p.window + (p.window - 1u) * 2u * p.window + head * side * side;
    }

    for (var k0 = 0u; k0 < area; k0 += KEYS) {
        workgroupBarrier(); // the previous block's values and shares are used up
        for (var i = lane; i < KEYS * GROUPS; i += 64u) {
            let r = min(k0 + i / GROUPS, area - 1u);
            let g = i % GROUPS;
            tile_kv[g * KEYS + i / GROUPS] = vec4<f32>(qkv[((first + r) * 3u + 1u) * p.width + head * GROUPS + g]);
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
                    score[i][j] += dot(q, k[j]);
                }
            }
        }
        for (var j = 0u; j < RK; j++) {
            let key = k0 + tx + j * SIDE;
            let place_j = (key / p.window) * side + key % p.window;
            for (var i = 0u; i < RQ; i++) {
                if (key < area) {
                    score[i][j] += table[place[i] - place_j];
                } else {
                    score[i][j] = -1e30;
                }
            }
        }
        for (var i = 0u; i < RQ; i++) {
            var t = score[i][0];
            for (var j = 1u; j < RK; j++) {
                t = max(t, score[i][j]);
            }
            tops[(ty + i * SIDE) * SIDE + tx] = t;
        }
        workgroupBarrier(); // also: the keys are used up
        for (var i = 0u; i < RQ; i++) {
            var t = top[i];
            for (var j = 0u; j < SIDE; j++) {
                t = max(t, tops[(ty + i * SIDE) * SIDE + j]);
            }
            let fade = exp(top[i] - t);
            top[i] = t;
            total[i] *= fade;
            for (var g = 0u; g < RG; g++) {
                out[i][g] *= fade;
            }
            for (var j = 0u; j < RK; j++) {
                let e = exp(score[i][j] - t);
                total[i] += e;
                tile_p[(ty + i * SIDE) * KEYS + tx + j * SIDE] = e;
            }
        }
        for (var i = lane; i < KEYS * GROUPS; i += 64u) {
            let r = min(k0 + i / GROUPS, area - 1u);
            let g = i % GROUPS;
            tile_kv[i] = vec4<f32>(qkv[((first + r) * 3u + 2u) * p.width + head * GROUPS + g]);
        }
        workgroupBarrier();

        for (var key = 0u; key < KEYS; key++) {
            for (var g = 0u; g < RG; g++) {
                // Lanes without a channel group of their own repeat the last one.
                let v = tile_kv[key * GROUPS + min(tx + g * SIDE, GROUPS - 1u)];
                for (var i = 0u; i < RQ; i++) {
                    out[i][g] += tile_p[(ty + i * SIDE) * KEYS + key] * v;
                }
            }
        }
    }

    workgroupBarrier();
    for (var i = 0u; i < RQ; i++) {
        tops[(ty + i * SIDE) * SIDE + tx] = total[i];
    }
    workgroupBarrier();
    for (var i = 0u; i < RQ; i++) {
        let r = q0 + ty + i * SIDE;
        if (r < area) {
            var sum = 0.0;
            for (var j = 0u; j < SIDE; j++) {
                sum += tops[(ty + i * SIDE) * SIDE + j];
            }
            for (var g = 0u; g < RG; g++) {
                let c = tx + g * SIDE;
                if (c < GROUPS) {
                    y[(first + r) * p.width + head * GROUPS + c] = stored(out[i][g] / sum);
                }
            }
        }
    }
}
