// Resizing a row of samples linearly: enlarge.go.
#include "kernel.h"

// Four outputs of one value: their samples are gathered one by one.
INLINE v128_t gather(const float *src, const int32_t *at, int n) {
  v128_t v = wasm_v128_load32_zero(src + at[0] * n);
  v = wasm_v128_load32_lane(src + at[1] * n, v, 1);
  v = wasm_v128_load32_lane(src + at[2] * n, v, 2);
  return wasm_v128_load32_lane(src + at[3] * n, v, 3);
}

EXPORT(enlarge_row)
void enlarge_row(float *dst, const float *src, int n, const int32_t *low, const int32_t *high, const float *frac, int wide) {
  const v128_t one = wasm_f32x4_const_splat(1.0f);
  int i = 0;
  for (; i + 4 <= wide; i += 4) {
    v128_t f = wasm_v128_load(frac + i), rest = wasm_f32x4_sub(one, f);
    for (int k = 0; k < n; k++) {
      wasm_v128_store(dst + k * wide + i, madd(gather(src + k, low + i, n), rest, wasm_f32x4_mul(gather(src + k, high + i, n), f)));
    }
  }
  for (; i < wide; i++) {
    for (int k = 0; k < n; k++) dst[k * wide + i] = src[low[i] * n + k] * (1.0f - frac[i]) + src[high[i] * n + k] * frac[i];
  }
}
