// The second half of a stream's mean and deviation: one workgroup a stream
// merges the parts of measure.wgsl (Chan, Golub and LeVeque, 1979), each lane
// every 64th part, then the lanes by a tree.
struct Params {
    size: u32,  // values of a stream
    parts: u32, // of 4,096 values, the last perhaps of fewer
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parts: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> stats: array<vec2<f32>>; // mean, deviation

const LANES = 64u;
const PART = 4096u;
var<workgroup> moments: array<vec3<f32>, LANES>; // count, mean, squares

fn merge(a: vec3<f32>, b: vec3<f32>) -> vec3<f32> {
    let n = a.x + b.x;
    if (n == 0.0) {
        return a;
    }
    let d = b.y - a.y;
    let share = b.x / n;
    return vec3<f32>(n, a.y + d * share, a.z + b.z + d * d * a.x * share);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    var m = vec3<f32>();
    for (var i = lane; i < p.parts; i += LANES) {
        m = merge(m, vec3<f32>(f32(min(PART, p.size - i * PART)), parts[group.x * p.parts + i]));
    }
    moments[lane] = m;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            moments[lane] = merge(moments[lane], moments[lane + half]);
        }
    }
    if (lane == 0u) {
        // The deviation is the unbiased one.
        stats[group.x] = vec2<f32>(moments[0].y, sqrt(moments[0].z / f32(p.size - 1u)));
    }
}
