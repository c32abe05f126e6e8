// Turns the uploaded part of a source into normalised colour planes of the
// whole tile: continued by reflection where the tile exceeds the picture, mean
// and deviation of the training pictures taken out. A lane a pixel.
struct Params {
    tile_w: u32,
    tile_h: u32,
    tile_x: u32, // the tile's corner in the picture
    tile_y: u32,
    picture_w: u32,
    picture_h: u32,
    part_x: u32, // the uploaded part's corner in the picture
    part_y: u32,
    part_w: u32, // the room that a row of it has
    stream: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
#if BYTES
@group(0) @binding(1) var<storage, read> src: array<u32>; // RGBA
#else
@group(0) @binding(1) var<storage, read> src: array<f32>; // RGB
#endif
@group(0) @binding(2) var<storage, read_write> planes: array<f32>; // 2×3×h×w

#include item.wgsl
#include opaque.wgsl

// reflected continues an axis of size pixels up to end without repeating the
// edge; an axis shorter than that needs repeats its edge.
fn reflected(i: u32, size: u32, end: u32) -> u32 {
    if (i < size) {
        return i;
    }
    if (end - size > size - 1u) {
        return size - 1u;
    }
    return 2u * (size - 1u) - i;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let plane = p.tile_w * p.tile_h;
    if (i >= plane) {
        return;
    }
    let x = reflected(p.tile_x + i % p.tile_w, p.picture_w, p.tile_x + p.tile_w) - p.part_x;
    let y = reflected(p.tile_y + i / p.tile_w, p.picture_h, p.tile_y + p.tile_h) - p.part_y;
    let at = y * p.part_w + x;
#if BYTES
    let rgba = vec3<u32>(src[at]) >> vec3<u32>(0u, 8u, 16u);
    let colour = vec3<f32>(rgba & vec3<u32>(0xffu)) / opaque(255.0);
#else
    let colour = vec3<f32>(src[3u * at], src[3u * at + 1u], src[3u * at + 2u]);
#endif
    let deviation = vec3<f32>(opaque(PIXEL_STD.r), opaque(PIXEL_STD.g), opaque(PIXEL_STD.b));
    let v = (colour - PIXEL_MEAN) / deviation;
    let base = 3u * p.stream * plane + i;
    planes[base] = v.r;
    planes[base + plane] = v.g;
    planes[base + 2u * plane] = v.b;
}
