// The blend head's last step, a lane a pixel: the weight logit, moved by the
// prompts' dominance map enlarged bilinearly, becomes the first source's share,
// and the correction is added to the mix.
//
// The map is not made as a picture: four tokens' prompts are read and turned
// into logits per pixel, which the cache makes cheaper than a pass over memory.
//
// With DETAIL the sources' local means and their detail are weighed apart, as
// core.DetailGains tells.
struct Params {
    tokens: u32,
    grid_h: u32,
    grid_w: u32,
    patch_side: u32,
    gain: f32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> head: array<vec4<f32>>; // N × (row, column): logit, RGB
@group(0) @binding(2) var<storage, read> prompts: array<f32>;
@group(0) @binding(3) var<storage, read> planes: array<f32>; // 2×3×PH×PW
@group(0) @binding(4) var<storage, read_write> pixels: array<f32>;
@group(0) @binding(5) var<storage, read_write> weight: array<f32>;
#if DETAIL
@group(0) @binding(6) var<storage, read> cues: array<f32>;  // planes: means of a and b, coarse activities, fine ones
@group(0) @binding(7) var<storage, read> gains: array<f32>; // N×7
#endif

#include item.wgsl
#include opaque.wgsl
#include tap.wgsl
#include exp.wgsl
#include log.wgsl

fn logit(prompt: f32) -> f32 {
    let q = clamp(prompt, 1e-4, 1.0 - 1e-4);
    return logarithm(q) - logarithm(1.0 - q);
}

fn dominance(r: u32, c: u32) -> f32 {
    let token = r * p.grid_w + c;
    return logit(prompts[token]) - logit(prompts[p.tokens + token]);
}

#if DETAIL
// contrast compares the sources' activities, the second one's a plane further.
fn contrast(at: u32, plane: u32) -> f32 {
    let a = cues[at];
    let b = cues[at + plane];
    return (a - b) / (a + b + 0.05);
}

fn grey(at: u32, plane: u32) -> f32 {
    return (planes[at] + planes[at + plane] + planes[at + 2u * plane]) / 3.0;
}

// gain is gain k, enlarged bilinearly.
fn gain(k: u32, tx: Tap, ty: Tap) -> f32 {
    let above = ty.low * p.grid_w;
    let below = ty.high * p.grid_w;
    let left = between(gains[(above + tx.low) * 7u + k], gains[(below + tx.low) * 7u + k], ty.frac);
    let right = between(gains[(above + tx.high) * 7u + k], gains[(below + tx.high) * 7u + k], ty.frac);
    return between(left, right, tx.frac);
}
#endif

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let wide = p.grid_w * p.patch_side;
    let plane = p.tokens * p.patch_side * p.patch_side;
    if (i >= plane) {
        return;
    }
    let x = i % wide;
    let y = i / wide;
    let tx = linear_tap(x, wide, p.grid_w);
    let ty = linear_tap(y, p.grid_h * p.patch_side, p.grid_h);
    let top = between(dominance(ty.low, tx.low), dominance(ty.low, tx.high), tx.frac);
    let bottom = between(dominance(ty.high, tx.low), dominance(ty.high, tx.high), tx.frac);
    let token = y / p.patch_side * p.grid_w + x / p.patch_side;
    let h = head[(token * p.patch_side + y % p.patch_side) * p.patch_side + x % p.patch_side];
    let z = h.x + p.gain * between(top, bottom, ty.frac);
#if DETAIL
    let activity = contrast(6u * plane + i, plane);
    let fine = contrast(8u * plane + i, plane);
    let brightness = grey(i, plane) - grey(3u * plane + i, plane);
    let share = sigmoid(z + gain(0u, tx, ty) * activity + gain(1u, tx, ty) * brightness);
    let detail = sigmoid(z + gain(2u, tx, ty) + gain(3u, tx, ty) * fine + gain(4u, tx, ty) * activity
        + gain(5u, tx, ty) * brightness);
    let strength = 2.0 * sigmoid(gain(6u, tx, ty));
#else
    let share = sigmoid(z);
#endif
    weight[i] = share;
    for (var c = 0u; c < 3u; c++) {
        let at = c * plane + i;
        let a = planes[at];
        let b = planes[3u * plane + at];
#if DETAIL
        let mean_a = cues[at];
        let mean_b = cues[3u * plane + at];
        let low = between(mean_b, mean_a, share);
        let high = between(b - mean_b, a - mean_a, detail);
        let mixed = low + strength * high;
#else
        let mixed = between(b, a, share);
#endif
        pixels[at] = opaque(mixed) + h[c + 1u];
    }
}
