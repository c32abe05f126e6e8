// The second half of a stream's mean and deviation: one workgroup a stream
// merges the parts of measure.wgsl. The squared differences from a part's mean
// become those from the whole's by adding that of the two means for each value.
struct Params {
    size: u32,  // values of a stream
    parts: u32, // of PART values, the last perhaps of fewer
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parts: array<vec4<f32>>; // sum, squares
@group(0) @binding(2) var<storage, read_write> stats: array<vec2<f32>>; // mean, deviation

#include precise.wgsl
#include fold.wgsl

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    lane = index;
    let first = group.x * p.parts;
    var sum = pair();
    for (var i = lane; i < p.parts; i += LANES) {
        sum = add(sum, parts[first + i].xy);
    }
    let mean = divide(fold(sum), f32(p.size));
    var squares = pair();
    for (var i = lane; i < p.parts; i += LANES) {
        let count = f32(min(PART, p.size - i * PART));
        let d = add(divide(parts[first + i].xy, count), -mean);
        squares = add(squares, add(parts[first + i].zw, multiply(multiply(d, d), pair(count, 0.0))));
    }
    squares = fold(squares);
    if (lane == 0u) {
        // The deviation is the unbiased one.
        stats[group.x] = vec2<f32>(mean.x, square_root(divide(squares, f32(p.size - 1u))));
    }
}
