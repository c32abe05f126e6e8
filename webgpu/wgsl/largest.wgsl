// The largest of the 64 lanes' values, the same in every lane. With subgroups a
// value crosses workgroup memory once a subgroup; without, it takes a tree. Call
// from uniform control flow only.
const LANES = 64u;
var<workgroup> partial: array<u32, LANES>;
var<private> lane: u32;
#if SUBGROUPS
var<private> subgroup: u32;
var<private> subgroup_count: u32;
var<private> subgroup_lane: u32;

fn max_lanes(v: u32) -> u32 {
    let s = subgroupMax(v);
    workgroupBarrier();
    if (subgroup_lane == 0u) {
        partial[subgroup] = s;
    }
    workgroupBarrier();
    var top = partial[0];
    for (var i = 1u; i < subgroup_count; i++) {
        top = max(top, partial[i]);
    }
    return top;
}
#else

fn max_lanes(v: u32) -> u32 {
    workgroupBarrier();
    partial[lane] = v;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            partial[lane] = max(partial[lane], partial[lane + half]);
        }
    }
    workgroupBarrier();
    return partial[0];
}
#endif
