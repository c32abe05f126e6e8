// The activity of both sources for two-scale blending (core.DetailGains): the
// Laplacian's magnitude of the mean of the three normalised channels. A lane a
// pixel of a source; pixels outside the tile take their nearest inside.
struct Params {
    width: u32,
    height: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> planes: array<f32>; // 2×3×h×w
@group(0) @binding(2) var<storage, read_write> activity: array<f32>; // 2×h×w

#include item.wgsl

fn grey(source: u32, x: i32, y: i32) -> f32 {
    let at = u32(clamp(y, 0, i32(p.height) - 1)) * p.width + u32(clamp(x, 0, i32(p.width) - 1));
    let plane = p.width * p.height;
    let base = 3u * source * plane + at;
    return (planes[base] + planes[base + plane] + planes[base + 2u * plane]) / 3.0;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let plane = p.width * p.height;
    if (i >= 2u * plane) {
        return;
    }
    let source = i / plane;
    let x = i32(i % plane % p.width);
    let y = i32(i % plane / p.width);
    let around = grey(source, x, y - 1) + grey(source, x, y + 1) + grey(source, x - 1, y) + grey(source, x + 1, y);
    activity[i] = abs(4.0 * grey(source, x, y) - around);
}
