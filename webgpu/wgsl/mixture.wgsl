// The mixture of adapters, whole: LayerNorm over both streams' channels, the
// reduction to the adapters' width, the second LayerNorm, router, top-K, the
// chosen experts, the log-sum, the prompts and their steering.
//
// A workgroup of 64 lanes takes TOKENS tokens through all of it, so nothing in
// between leaves workgroup memory and registers. The reduction (2C→C/4) is
// nearly all of the work: the normalised tokens pass through workgroup memory
// in slices of 64 channels, a lane owns outputs lane, lane+64, …, reads their
// weights coalesced from the transposed matrix and uses each for all TOKENS
// tokens. TOKENS is chosen so that the reduced tokens fit 16 KiB with the rest.
// Experts that a token does not use cost it nothing: it loops over its K.
struct Params {
    tokens: u32, // N
    top_k: u32,
    tasks: u32,
    eps1: f32,
    eps2: f32,
    alpha: f32, // steering of the prompts
    beta: f32,
    zero: u32,
    on: vec2<u32>, // which experts take part, a bit each
    router: array<vec4<f32>, 16>,
}

// WIDTH is C in groups of four channels, which is also R, the adapters' width.
const R = WIDTH;
const HIDDEN = WIDTH / 8u;
const LANES = 64u;
const SLICE = 16u; // groups of four channels
const SHARE = LANES / TOKENS;                // lanes a token
const OUTPUTS = (R + LANES - 1u) / LANES;    // reduced channels a lane
const QUADS = (TOKENS + 3u) / 4u;

// Where the small parameters lie in the one buffer that holds them all.
const GAIN1 = 0u;
const BIAS1 = GAIN1 + 8u * WIDTH;
const GAIN2 = BIAS1 + 8u * WIDTH;
const BIAS2 = GAIN2 + R;
const FC1 = BIAS2 + R;
const FC1_BIAS = FC1 + EXPERTS * HIDDEN * R;
const FC2 = FC1_BIAS + EXPERTS * HIDDEN;
const FC2_BIAS = FC2 + EXPERTS * R * HIDDEN;
const GATE = FC2_BIAS + EXPERTS * R;

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> reduce: array<f32>; // 2C × R
@group(0) @binding(3) var<storage, read> small: array<f32>;
@group(0) @binding(4) var<storage, read_write> prompts: array<f32>;
@group(0) @binding(5) var<storage, read_write> gates: array<f32>;
#if REGION
@group(0) @binding(6) var<storage, read> region: array<f32>;
#endif

var<workgroup> slice: array<vec4<f32>, 4u * SLICE * QUADS>; // channel, four tokens
var<workgroup> y: array<f32, TOKENS * R>;
var<workgroup> mixed: array<f32, TOKENS * R>; // Σ g·exp(e)
var<workgroup> sums: array<vec4<f32>, LANES>;
var<workgroup> mean: array<f32, TOKENS>;
var<workgroup> inverse: array<f32, TOKENS>;
var<workgroup> gate: array<f32, TOKENS * EXPERTS>;
var<workgroup> hidden: array<f32, TOKENS * HIDDEN>;
var<workgroup> chosen: array<u32, TOKENS>; // the expert at work, EXPERTS for none
var<private> lane: u32;

#include opaque.wgsl
#include exp.wgsl
#include log.wgsl
#include eighths.wgsl

// pair is channels 4i… of a token's two streams side by side.
fn pair(token: u32, i: u32) -> vec4<f32> {
    return z[select((p.tokens + token) * WIDTH + i - WIDTH, token * WIDTH + i, i < WIDTH)];
}

// halves_sum adds up the sums of every eighth channel of a token's row, of which its
// first two lanes have four each in v.
fn halves_sum(v: vec4<f32>) -> f32 {
    workgroupBarrier();
    sums[lane] = v;
    workgroupBarrier();
    let base = lane / SHARE * SHARE;
    return eighths(sums[base], sums[base + 1u]);
}

// reduced is channels 4i… of a token's reduced ones.
fn reduced(token: u32, i: u32) -> vec4<f32> {
    let at = token * R + 4u * i;
    return vec4<f32>(y[at], y[at + 1u], y[at + 2u], y[at + 3u]);
}

// route turns token t's logits into gates: the softmax of the K largest among
// the experts that are on, zero elsewhere. Of equal logits the first wins.
fn route(t: u32) {
    var left = p.on; // not chosen yet
    var picked = vec2<u32>();
    var largest = 0.0;
    var sum = 0.0;
    for (var n = 0u; n < p.top_k; n++) {
        var best = EXPERTS;
        var top = 0.0;
        for (var e = 0u; e < EXPERTS; e++) {
            let logit = gate[t * EXPERTS + e];
            if (has(left, e) && (best == EXPERTS || logit > top)) {
                best = e;
                top = logit;
            }
        }
        if (best == EXPERTS) {
            break;
        }
        let bit = select(vec2<u32>(0u, 1u), vec2<u32>(1u, 0u), best < 32u) << vec2<u32>(best % 32u);
        left ^= bit;
        picked |= bit;
        largest = select(largest, top, n == 0u);
        sum += exponential(top - largest);
    }
    for (var e = 0u; e < EXPERTS; e++) {
        let g = exponential(gate[t * EXPERTS + e] - largest) / sum;
        gate[t * EXPERTS + e] = select(0.0, g, has(picked, e) && g > GATE_FLOOR);
    }
}

fn has(members: vec2<u32>, e: u32) -> bool {
    return ((select(members.y, members.x, e < 32u) >> (e % 32u)) & 1u) != 0u;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    lane = index;
    let first = group.x * TOKENS;
    // Tokens beyond the end repeat the last one and are not stored.
    let mine = lane / SHARE;
    let token = min(first + mine, p.tokens - 1u);
    let part = lane % SHARE;

    // LayerNorm over both streams: the statistics.
    let halving = select(2u * WIDTH, part, part < 2u); // lanes beyond two add nothing
    let channels = opaque(f32(8u * WIDTH));
    var acc = vec4<f32>();
    for (var i = halving; i < 2u * WIDTH; i += 2u) {
        acc += pair(token, i);
    }
    let mu = halves_sum(acc) / channels;
    acc = vec4<f32>();
    for (var i = halving; i < 2u * WIDTH; i += 2u) {
        let d = pair(token, i) - mu;
        acc += d * d;
    }
    let inv = 1.0 / opaque(sqrt(halves_sum(acc) / channels + p.eps1));
    if (part == 0u) {
        mean[mine] = mu;
        inverse[mine] = inv;
    }

    // The reduction.
    var sum: array<array<vec4<f32>, QUADS>, OUTPUTS>;
    for (var base = 0u; base < 2u * WIDTH; base += SLICE) {
        workgroupBarrier();
        for (var i = lane; i < SLICE * TOKENS; i += LANES) {
            let t = i / SLICE;
            let c = base + i % SLICE;
            let x = (pair(min(first + t, p.tokens - 1u), c) - mean[t]) * inverse[t];
            for (var j = 0u; j < 4u; j++) {
                let channel = 4u * c + j;
                slice[(4u * (i % SLICE) + j) * QUADS + t / 4u][t % 4u] = x[j] * small[GAIN1 + channel] + small[BIAS1 + channel];
            }
        }
        workgroupBarrier();
        for (var c = 0u; c < 4u * SLICE; c++) {
            for (var o = 0u; o < OUTPUTS; o++) {
                let weight = reduce[(4u * base + c) * R + min(lane + o * LANES, R - 1u)];
                for (var q = 0u; q < QUADS; q++) {
                    sum[o][q] += weight * slice[c * QUADS + q];
                }
            }
        }
    }
    for (var o = 0u; o < OUTPUTS; o++) {
        let output = lane + o * LANES;
        if (output < R) {
            for (var t = 0u; t < TOKENS; t++) {
                y[t * R + output] = sum[o][t / 4u][t % 4u];
                mixed[t * R + output] = 0.0;
            }
        }
    }
    workgroupBarrier();

    // LayerNorm over the reduced channels.
    acc = vec4<f32>();
    for (var i = halving; i < R / 4u; i += 2u) {
        acc += reduced(mine, i);
    }
    let mu2 = halves_sum(acc) / opaque(f32(R));
    acc = vec4<f32>();
    for (var i = halving; i < R / 4u; i += 2u) {
        let d = reduced(mine, i) - mu2;
        acc += d * d;
    }
    let inv2 = 1.0 / opaque(sqrt(halves_sum(acc) / opaque(f32(R)) + p.eps2));
    for (var i = part; i < R; i += SHARE) {
        y[mine * R + i] = (y[mine * R + i] - mu2) * inv2 * small[GAIN2 + i] + small[BIAS2 + i];
    }
    workgroupBarrier();

    // Router.
    for (var i = lane; i < TOKENS * EXPERTS; i += LANES) {
        let t = i / EXPERTS;
        let e = i % EXPERTS;
        var logit = 0.0;
        for (var c = 0u; c < R; c++) {
            var weight = 0.0; // of the mix of the tasks' routers
            for (var k = 0u; k < p.tasks; k++) {
                let share = p.router[k / 4u][k % 4u];
                if (share != 0.0) {
                    weight += share * small[GATE + (k * R + c) * EXPERTS + e];
                }
            }
            logit += y[t * R + c] * weight;
        }
        gate[i] = logit;
    }
    workgroupBarrier();
    if (lane < TOKENS) {
        route(lane);
    }
    workgroupBarrier();
    for (var i = lane; i < TOKENS * EXPERTS; i += LANES) {
        if (first + i / EXPERTS < p.tokens) {
            gates[first * EXPERTS + i] = gate[i];
        }
    }

    // The experts of each token, one after the other in order of their number.
    if (lane < TOKENS) {
        chosen[lane] = 0xffffffffu;
    }
    for (var n = 0u; n < p.top_k; n++) {
        workgroupBarrier();
        if (lane < TOKENS) {
            var e = chosen[lane] + 1u; // the first time: 0
            while (e < EXPERTS && gate[lane * EXPERTS + min(e, EXPERTS - 1u)] == 0.0) {
                e++;
            }
            chosen[lane] = min(e, EXPERTS);
        }
        workgroupBarrier();
        for (var i = lane; i < TOKENS * HIDDEN; i += LANES) {
            let t = i / HIDDEN;
            let h = i % HIDDEN;
            let e = chosen[t];
            if (e < EXPERTS) {
                var v = small[FC1_BIAS + e * HIDDEN + h];
                for (var c = 0u; c < R; c++) {
                    v += small[FC1 + (e * HIDDEN + h) * R + c] * y[t * R + c];
                }
                hidden[i] = max(v, 0.0);
            }
        }
        workgroupBarrier();
        for (var i = lane; i < TOKENS * R; i += LANES) {
            let t = i / R;
            let r = i % R;
            let e = chosen[t];
            if (e < EXPERTS) {
                var v = small[FC2_BIAS + e * R + r];
                for (var h = 0u; h < HIDDEN; h++) {
                    v += small[FC2 + (e * R + r) * HIDDEN + h] * hidden[t * HIDDEN + h];
                }
                mixed[i] += gate[t * EXPERTS + e] * exponential(v);
            }
        }
    }
    for (var i = lane; i < TOKENS * R; i += LANES) {
        mixed[i] = logarithm(select(mixed[i], EMPTY_SUM, mixed[i] == 0.0));
    }
    workgroupBarrier();

    // The prompts: each half's mean, through the sigmoid, then steered.
    if (part < 2u && first + mine < p.tokens) {
        var total = 0.0;
        for (var i = 0u; i < R / 2u; i++) {
            total += mixed[mine * R + part * (R / 2u) + i];
        }
        var beta = p.beta;
#if REGION
        beta += region[token];
#endif
        let prompt = sigmoid(total / opaque(f32(R / 2u)));
        prompts[part * p.tokens + token] = 0.5 + p.alpha * (prompt - 0.5) + select(-beta, beta, part == 0u);
    }
}
