// Symmetric quantisation of every row to seven bits: quantise.go.
#include "quantise.h"

// max_abs is the largest magnitude, found by the bits: they compare as integers
// like the magnitudes do, and a NaN exceeds them all.
INLINE float max_abs(const float *x, int n) {
  const v128_t magnitude = wasm_i32x4_const_splat(INT32_MAX);
  v128_t a = wasm_i32x4_const_splat(0), b = a;
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    a = wasm_i32x4_max(a, wasm_v128_and(wasm_v128_load(x + i), magnitude));
    b = wasm_i32x4_max(b, wasm_v128_and(wasm_v128_load(x + i + 4), magnitude));
  }
  for (; i < n; i += 4) a = wasm_i32x4_max(a, wasm_v128_and(load_part(x + i, n - i), magnitude));
  a = wasm_i32x4_max(a, b);
  a = wasm_i32x4_max(a, wasm_i32x4_shuffle(a, a, 2, 3, 0, 1));
  a = wasm_i32x4_max(a, wasm_i32x4_shuffle(a, a, 1, 0, 3, 2));
  return wasm_f32x4_extract_lane(a, 0);
}

EXPORT(quantise_rows)
void quantise_rows(int8_t *dst, float *scale, const float *src, int lds, int m, int k) {
  for (int i = 0; i < m; i++, dst += k, src += lds) {
    float largest = max_abs(src, k), factor;
    if (largest < tiny_row) {
      scale[i] = 0;
      factor = 0;
    } else {
      scale[i] = largest / limit;
      factor = limit / largest;
    }
    v128_t inv = wasm_f32x4_splat(factor);
    int j = 0;
    for (; j + 16 <= k; j += 16) {
      const float *x = src + j;
      v128_t low = wasm_i16x8_narrow_i32x4(round4(wasm_v128_load(x), inv), round4(wasm_v128_load(x + 4), inv));
      v128_t high = wasm_i16x8_narrow_i32x4(round4(wasm_v128_load(x + 8), inv), round4(wasm_v128_load(x + 12), inv));
      wasm_v128_store(dst + j, wasm_i8x16_narrow_i16x8(low, high));
    }
    for (; j < k; j++) dst[j] = (int8_t)wasm_i32x4_extract_lane(round4(wasm_v128_load32_zero(src + j), inv), 0);
  }
}
