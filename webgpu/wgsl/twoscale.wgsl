// Two-scale blending's last step, a lane a pixel: the tokens' outputs, enlarged
// bilinearly, and the cues measured in the pixel weigh the sources' local means and
// their detail apart, as core.TwoScaleOutputs tells.
//
// The outputs are not made as pictures: four tokens' are read per pixel, which the
// cache makes cheaper than a pass over memory.
struct Params {
    tokens: u32,
    grid_h: u32,
    grid_w: u32,
    patch_side: u32,
    floor: f32, // the activity below which a difference is noise
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> outputs: array<f32>; // N×OUTPUTS: logit, gains, colour
@group(0) @binding(2) var<storage, read> cues: array<f32>;    // planes: means of a and b, coarse activities, fine ones
@group(0) @binding(3) var<storage, read> planes: array<f32>;  // 2×3×PH×PW
@group(0) @binding(4) var<storage, read_write> pixels: array<f32>;
@group(0) @binding(5) var<storage, read_write> weight: array<f32>;

#include item.wgsl
#include opaque.wgsl
#include tap.wgsl
#include exp.wgsl

// contrast compares the sources' activities, the second one's a plane further.
fn contrast(at: u32, plane: u32) -> f32 {
    let a = cues[at];
    let b = cues[at + plane];
    return (a - b) / (a + b + p.floor);
}

fn grey(at: u32, plane: u32) -> f32 {
    return (planes[at] + planes[at + plane] + planes[at + 2u * plane]) / 3.0;
}

// output is output k, enlarged bilinearly.
fn output(k: u32, tx: Tap, ty: Tap) -> f32 {
    let above = ty.low * p.grid_w;
    let below = ty.high * p.grid_w;
    let left = between(outputs[(above + tx.low) * OUTPUTS + k], outputs[(below + tx.low) * OUTPUTS + k], ty.frac);
    let right = between(outputs[(above + tx.high) * OUTPUTS + k], outputs[(below + tx.high) * OUTPUTS + k], ty.frac);
    return between(left, right, tx.frac);
}

// gain is gain k of those after the logit.
fn gain(k: u32, tx: Tap, ty: Tap) -> f32 {
    return output(1u + k, tx, ty);
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let wide = p.grid_w * p.patch_side;
    let plane = p.tokens * p.patch_side * p.patch_side;
    if (i >= plane) {
        return;
    }
    let tx = linear_tap(i % wide, wide, p.grid_w);
    let ty = linear_tap(i / wide, p.grid_h * p.patch_side, p.grid_h);
    let z = output(0u, tx, ty);
    let activity = contrast(6u * plane + i, plane);
    let fine = contrast(8u * plane + i, plane);
    let brightness = grey(i, plane) - grey(3u * plane + i, plane);
    let share = sigmoid(z + gain(0u, tx, ty) * activity + gain(1u, tx, ty) * brightness);
    let detail = sigmoid(z + gain(2u, tx, ty) + gain(3u, tx, ty) * fine + gain(4u, tx, ty) * activity
        + gain(5u, tx, ty) * brightness);
    let strength = 2.0 * sigmoid(gain(6u, tx, ty));
    weight[i] = share;
    for (var c = 0u; c < 3u; c++) {
        let at = c * plane + i;
        let a = planes[at];
        let b = planes[3u * plane + at];
        let mean_a = cues[at];
        let mean_b = cues[3u * plane + at];
        let low = between(mean_b, mean_a, share);
        let high = between(b - mean_b, a - mean_a, detail);
        pixels[at] = opaque(low + strength * high) + output(OUTPUTS - 3u + c, tx, ty);
    }
}
