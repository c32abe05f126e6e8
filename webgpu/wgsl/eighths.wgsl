// eighths adds up the sums of every eighth value of a row, four and four, by halves:
// the CPU backend's order, whose vectors have eight lanes.
fn eighths(low: vec4<f32>, high: vec4<f32>) -> f32 {
    let s = low + high;
    return (s.x + s.z) + (s.y + s.w);
}
