// Packs the rows of the picture that are finished, a lane a pixel: its colour as bytes,
// and with SHARES the first source's share in it behind all colours. Behind that it
// leaves the number of the run, as finish.wgsl does; where no row is finished, nothing
// else.
struct Params {
    picture: u32, // its width
    height: u32, // of the ring of rows
    first: u32,
    rows: u32,
    run: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> band: array<vec4<f32>>; // h×picture
@group(0) @binding(2) var<storage, read_write> result: array<u32>; // rows×picture RGBA, rows×picture shares, run

#include item.wgsl
#include nan.wgsl
#include opaque.wgsl
#include rgba.wgsl

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = item(group, groups, lane);
    let pixels = p.rows * p.picture;
    if (i == 0u) {
#if SHARES
        result[2u * pixels] = p.run;
#else
        result[pixels] = p.run;
#endif
    }
    if (i >= pixels) {
        return;
    }
    let v = band[(p.first + i / p.picture) % p.height * p.picture + i % p.picture];
    result[i] = rgba(v.rgb);
#if SHARES
    result[pixels + i] = bitcast<u32>(v.a);
#endif
}
