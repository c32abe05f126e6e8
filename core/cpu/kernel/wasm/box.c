// The two halves of a box filter: box.go.
#include "kernel.h"

EXPORT(box_line)
void box_line(float *dst, const float *src, int radius, int n) {
  double sum = 0;
  for (int x = 0; x < min_int(radius, n); x++) sum += src[x];
  for (int x = 0; x < n; x++) {
    if (x + radius < n) sum += src[x + radius];
    dst[x] = (float)(sum / (double)(min_int(x + radius, n - 1) - max_int(x - radius, 0) + 1));
    if (x >= radius) sum -= src[x - radius];
  }
}

INLINE v128_t wide2(const float *x) { return wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(x)); }

EXPORT(box_step)
void box_step(float *dst, double *sums, const float *in, const float *gone, double share, int n) {
  int x = 0;
  for (; x + 2 <= n; x += 2) {
    v128_t sum = wasm_v128_load(sums + x);
    if (in) sum = wasm_f64x2_add(sum, wide2(in + x));
    if (dst) wasm_v128_store64_lane(dst + x, wasm_f32x4_demote_f64x2_zero(wasm_f64x2_mul(sum, wasm_f64x2_splat(share))), 0);
    if (gone) sum = wasm_f64x2_sub(sum, wide2(gone + x));
    wasm_v128_store(sums + x, sum);
  }
  for (; x < n; x++) {
    if (in) sums[x] += in[x];
    if (dst) dst[x] = (float)(sums[x] * share);
    if (gone) sums[x] -= gone[x];
  }
}
