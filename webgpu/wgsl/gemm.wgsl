// The matrix product y = a·wᵀ with everything that surrounds it: in int8 by
// 4-way dot products with int32 sums, or in float32.
//
// A workgroup of 128 lanes computes 64 rows by 64 outputs, a lane 8 by 4. Both
// matrices pass through workgroup memory in steps of four 16-byte units along
// k (64 int8 or 16 floats): 8.3 KiB, so that even 16 KiB leave room for a second
// workgroup. Per unit a lane loads 8 + 4 vectors and does 32 vector products of
// them. Neighbouring lanes hold neighbouring outputs: their w vectors are
// adjacent, the a vector is broadcast, and results are written coalesced. Two
// units of padding keep the transposing stores into workgroup memory free of
// bank conflicts.
//
// What the left matrix is and where the result goes are conditions: patches cut
// from the sources, 3×3 neighbourhoods, the prompt-weighted sum of the streams
// on one side; bias, GELU, residual, positions, the mix into both streams, the
// pixel layout on the other. None of these exists in memory as a matrix.
struct Params {
    rows: u32,
    outputs: u32,
    units: u32,  // k, in 16-byte units
    first: u32,  // global number of row 0, for where a result goes
    tokens: u32, // N, of one stream
    grid_h: u32,
    grid_w: u32,
    window: u32,
    shift: u32,
    patch_side: u32,
    upsample: u32,
    alpha: f32,
    table_rows: u32,
    table_cols: u32,
#if SHIFTED
    tasks: u32,
    zero: u32,
    router: array<vec4<f32>, 16>, // the weights of the tasks' modal shifts
#endif
}

const BM = 64u;
const BN = 64u;
const BK = 4u;
const STRIDE = BM + 2u;
const LANES = 128u;
const ACROSS = 16u; // lanes along the outputs
const DOWN = 8u;    // lanes along the rows
const RM = 8u;      // rows a lane

@group(0) @binding(0) var<uniform> p: Params;
#if INT8
alias unit = vec4<u32>;
@group(0) @binding(1) var<storage, read> a: array<unit>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> w: array<unit>;
@group(0) @binding(4) var<storage, read> w_scale: array<f32>;
#else
alias unit = vec4<f32>;
#if PATCHES
@group(0) @binding(1) var<storage, read> a: array<f32>;
#else
@group(0) @binding(1) var<storage, read> a: array<unit>;
#endif
@group(0) @binding(3) var<storage, read> w: array<unit>;
#endif
#if BIAS
@group(0) @binding(5) var<storage, read> bias: array<f32>;
#endif
#if NARROW
#if F16
alias result = f16;
#else
alias result = f32;
#endif
#else
alias result = f32;
#endif
@group(0) @binding(6) var<storage, read_write> y: array<result>;
#if POSITIONS
@group(0) @binding(7) var<storage, read> table: array<f32>;
#endif
#if WEIGHTED
@group(0) @binding(8) var<storage, read> prompts: array<f32>;
#endif
#if SHIFTED
@group(0) @binding(9) var<storage, read> shifts: array<unit>;
#endif

var<workgroup> tile_a: array<unit, STRIDE * BK>;
var<workgroup> tile_w: array<unit, STRIDE * BK>;

#if WINDOWS
#include window.wgsl
#endif

#if PATCHES
#include tap.wgsl

// sample is pixel (x, y) of a colour plane that starts at base, enlarged
// bilinearly.
fn sample(base: u32, x: u32, y: u32) -> f32 {
    let width = p.grid_w * p.patch_side / p.upsample;
    if (p.upsample == 1u) {
        return a[base + y * width + x];
    }
    let height = p.grid_h * p.patch_side / p.upsample;
    let tx = linear_tap(x, width * p.upsample, width);
    let ty = linear_tap(y, height * p.upsample, height);
    let top = between(a[base + ty.low * width + tx.low], a[base + ty.low * width + tx.high], tx.frac);
    let bottom = between(a[base + ty.high * width + tx.low], a[base + ty.high * width + tx.high], tx.frac);
    return between(top, bottom, ty.frac);
}
#endif

#if SHIFTED
// opaque_unit is opaque (opaque.wgsl) for four values.
fn opaque_unit(u: unit) -> unit {
    return bitcast<unit>(bitcast<vec4<u32>>(u) | vec4<u32>(p.zero));
}
#endif

// left is unit k of row m.
fn left(m: u32, k: u32) -> unit {
#if PATCHES
    let stream = m / p.tokens;
    let token = m % p.tokens;
    let plane = p.tokens * (p.patch_side / p.upsample) * (p.patch_side / p.upsample);
    let area = p.patch_side * p.patch_side;
    let x0 = (token % p.grid_w) * p.patch_side;
    let y0 = (token / p.grid_w) * p.patch_side;
    var u = unit();
    for (var j = 0u; j < 4u; j++) {
        let i = 4u * k + j; // colour, row and column in the patch
        if (i < 3u * area) {
            let at = i % area;
            u[j] = sample((3u * stream + i / area) * plane, x0 + at % p.patch_side, y0 + at / p.patch_side);
        }
    }
    return u;
#elif NEAR
    let width = p.units / 9u;
    let tap = k / width;
    let r = m / p.grid_w + tap / 3u; // one more than the row
    let c = m % p.grid_w + tap % 3u;
    if (r == 0u || c == 0u || r > p.grid_h || c > p.grid_w) {
        return unit();
    }
    return a[((r - 1u) * p.grid_w + c - 1u) * width + k % width];
#elif WEIGHTED
    let u = prompts[m] * a[m * p.units + k] + prompts[p.tokens + m] * a[(p.tokens + m) * p.units + k];
#if SHIFTED
    var first = unit();
    var second = unit();
    for (var t = 0u; t < p.tasks; t++) {
        let share = p.router[t / 4u][t % 4u];
        if (share != 0.0) {
            first += share * shifts[2u * t * p.units + k];
            second += share * shifts[(2u * t + 1u) * p.units + k];
        }
    }
    return opaque_unit(u) + opaque_unit(first + second);
#else
    return u;
#endif
#else
    return a[m * p.units + k];
#endif
}

#if INT8
alias sums = vec4<i32>;

#include dot.wgsl

fn plus(acc: sums, u: unit, w0: unit, w1: unit, w2: unit, w3: unit) -> sums {
    return acc + sums(sixteen(u, w0), sixteen(u, w1), sixteen(u, w2), sixteen(u, w3));
}
#else
alias sums = vec4<f32>;

// plus adds the products of a unit one after the other along k, as the CPU
// backend does: a dot product may add them in any order.
fn plus(acc: sums, u: unit, w0: unit, w1: unit, w2: unit, w3: unit) -> sums {
    var s = acc;
    for (var k = 0u; k < 4u; k++) {
        s += u[k] * sums(w0[k], w1[k], w2[k], w3[k]);
    }
    return s;
}
#endif

#if GELU
#include gelu.wgsl
#endif

fn store(m: u32, n: u32, sum: f32) {
    var v = sum;
#if BIAS
    v += bias[n];
#endif
#if GELU
    v = gelu(v);
#endif
#if RESIDUAL
#if WINDOWS
    let at = window_row(p.first + m, p.tokens, p.grid_h, p.grid_w, p.window, p.shift) * p.outputs + n;
#else
    let at = (p.first + m) * p.outputs + n;
#endif
    y[at] += v;
#elif POSITIONS
    let token = (p.first + m) % p.tokens;
    let r = (token / p.grid_w) % p.table_rows;
    let c = (token % p.grid_w) % p.table_cols;
    y[(p.first + m) * p.outputs + n] = v + table[(r * p.table_cols + c) * p.outputs + n];
#elif ALPHA
    let x = m * p.outputs + n;
    let t = (p.tokens + m) * p.outputs + n;
    y[x] = p.alpha * v + (1.0 - p.alpha) * y[x];
    y[t] = p.alpha * v + (1.0 - p.alpha) * y[t];
#elif PIXELS
    // (row, column, channel) in the patch
    let token = p.first + m;
    let wide = p.grid_w * p.patch_side;
    let row = (token / p.grid_w) * p.patch_side + n / 3u / p.patch_side;
    let column = (token % p.grid_w) * p.patch_side + n / 3u % p.patch_side;
    y[((n % 3u) * p.grid_h * p.patch_side + row) * wide + column] = v;
#else
    y[m * p.outputs + n] = result(v);
#endif
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let m0 = group.y * BM;
    let n0 = group.x * BN;
    let tx = lane % ACROSS;
    let ty = lane / ACROSS;
    var acc: array<sums, RM>;
    for (var k0 = 0u; k0 < p.units; k0 += BK) {
        for (var i = lane; i < BM * BK; i += LANES) {
            let k = k0 + i % BK;
            let at = (i % BK) * STRIDE + i / BK;
            // Rows and outputs beyond the end repeat the last one and are not stored.
            var u = unit();
            var v = unit();
            if (k < p.units) {
                u = left(min(m0 + i / BK, p.rows - 1u), k);
                v = w[min(n0 + i / BK, p.outputs - 1u) * p.units + k];
            }
            tile_a[at] = u;
            tile_w[at] = v;
        }
        workgroupBarrier();
        for (var k = 0u; k < BK; k++) {
            let base = k * STRIDE;
            let w0 = tile_w[base + tx];
            let w1 = tile_w[base + tx + ACROSS];
            let w2 = tile_w[base + tx + 2u * ACROSS];
            let w3 = tile_w[base + tx + 3u * ACROSS];
            for (var i = 0u; i < RM; i++) {
                let u = tile_a[base + ty + i * DOWN];
                acc[i] = plus(acc[i], u, w0, w1, w2, w3);
            }
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < RM; i++) {
        let m = m0 + ty + i * DOWN;
        if (m >= p.rows) {
            break;
        }
        for (var j = 0u; j < 4u; j++) {
            let n = n0 + tx + j * ACROSS;
            if (n < p.outputs) {
#if INT8
                store(m, n, f32(acc[i][j]) * (a_scale[m] * w_scale[n]));
#else
                store(m, n, acc[i][j]);
#endif
            }
        }
    }
}
