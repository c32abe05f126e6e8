// Lays a tile into the picture, a lane a pixel of the tile: colour, and with SHARES the
// first source's share in it, count as much as the tile does there, and are added to
// what earlier tiles have left. Where none has been, what is there is another picture's
// or nothing, and is not looked at.
//
// The band holds as many of the picture's rows as a tile has, as a ring: what is added
// up rounds as on the host (core/mosaic.go), where a product rounds before it is added.
struct Params {
    width: u32, // of the tile, and of the ring of rows
    height: u32,
    upsample: u32,
    picture: u32, // its width
    x: u32, // the tile's corner in the picture
    y: u32,
    columns: u32, // of the tile, as far as they lie in the picture
    rows: u32,
    seen_x: u32, // earlier tiles cover the columns and the rows before these
    seen_y: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> pixels: array<f32>;
@group(0) @binding(2) var<storage, read> ramps: array<f32>; // what columns count, then rows
@group(0) @binding(3) var<storage, read_write> band: array<vec4<f32>>; // h×picture
#if SHARES
@group(0) @binding(4) var<storage, read> shares: array<f32>; // h×w
#endif

#include item.wgsl
#include nan.wgsl
#include opaque.wgsl
#include colour.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let x = i % p.width;
    let y = i / p.width;
    if (x >= p.columns || y >= p.rows) {
        return;
    }
#if SHARES
    let pixel = vec4<f32>(colour(i), shares[i]);
#else
    let pixel = vec4<f32>(colour(i), 0.0);
#endif
    let part = opaque(ramps[x] * ramps[p.width + y]) * pixel;
    let at = (p.y + y) % p.height * p.picture + p.x + x;
    let seen = x < p.seen_x || y < p.seen_y;
    band[at] = select(vec4<f32>(), band[at], seen) + vec4<f32>(opaque(part.r), opaque(part.g), opaque(part.b), opaque(part.a));
}
