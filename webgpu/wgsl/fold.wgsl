// fold adds up the 64 lanes' pairs by a tree; the result is the same in every
// lane. Call from uniform control flow only.
const LANES = 64u;
var<workgroup> folding: array<pair, LANES>;
var<private> lane: u32;

fn fold(v: pair) -> pair {
    workgroupBarrier();
    folding[lane] = v;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (lane < half) {
            folding[lane] = add(folding[lane], folding[lane + half]);
        }
    }
    workgroupBarrier();
    return folding[0];
}
