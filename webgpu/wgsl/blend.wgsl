// The blend head's last step, a lane a pixel: the weight logit, moved by the
// prompts' dominance map enlarged bilinearly, becomes the first source's share,
// and the correction is added to the mix.
//
// The map is not made as a picture: four tokens' prompts are read and turned
// into logits per pixel, which the cache makes cheaper than a pass over memory.
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

#include item.wgsl
#include opaque.wgsl
#include tap.wgsl
#include exp.wgsl
#include log.wgsl
#include dominance.wgsl

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
    let share = sigmoid(z);
    weight[i] = share;
    for (var c = 0u; c < 3u; c++) {
        let at = c * plane + i;
        let a = planes[at];
        let b = planes[3u * plane + at];
        pixels[at] = opaque(between(b, a, share)) + h[c + 1u];
    }
}
