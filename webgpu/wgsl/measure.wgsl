// The first half of a stream's mean and deviation: each workgroup reduces PART
// neighbouring values to their sum and the sum of squared differences from their
// mean.
//
// Both are summed up in pairs of f32, so that mean and deviation come out as the
// CPU backend's, which sums up in f64, do after rounding. Squares of differences
// from the part's own mean, merged by merge.wgsl, lose no digits, which sums of x
// and x² would.
struct Params {
    size: u32,  // values of a stream, in groups of four
    parts: u32, // workgroups a stream
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> parts: array<vec4<f32>>; // sum, squares

#include precise.wgsl
#include fold.wgsl

const EACH = PART / 4u / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    lane = index;
    let base = group.x * LANES * EACH;
    let count = f32(4u * min(LANES * EACH, p.size - base));
    var v: array<vec4<f32>, EACH>;
    var sum = pair();
    for (var i = 0u; i < EACH; i++) {
        let at = base + lane + i * LANES;
        if (at < p.size) {
            v[i] = z[group.y * p.size + at];
            for (var c = 0u; c < 4u; c++) {
                sum = add(sum, pair(v[i][c], 0.0));
            }
        }
    }
    sum = fold(sum);
    let mean = sum.x / count;
    var squares = pair();
    for (var i = 0u; i < EACH; i++) {
        if (base + lane + i * LANES < p.size) {
            let d = v[i] - mean;
            for (var c = 0u; c < 4u; c++) {
                squares = add(squares, product_of(d[c], d[c]));
            }
        }
    }
    squares = fold(squares);
    if (lane == 0u) {
        parts[group.y * p.parts + group.x] = vec4<f32>(sum, squares);
    }
}
