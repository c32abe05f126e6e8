// Symmetric quantisation of every row to seven bits: quantise.go.
#include "kernel.h"

static const float limit = 63;

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

// round4 rounds x·inv to integers within ±limit, NaN to -limit.
INLINE v128_t round4(v128_t x, v128_t inv) {
  const v128_t rounder = wasm_f32x4_const_splat(12582912.0f);
  v128_t v = wasm_f32x4_pmax(wasm_f32x4_const_splat(-limit), wasm_f32x4_mul(x, inv));
  v = clamp_down(v, limit);
  return wasm_i32x4_sub(wasm_f32x4_add(v, rounder), rounder);
}

EXPORT(quantise_rows)
void quantise_rows(int8_t *dst, float *scale, const float *src, int m, int k) {
  for (int i = 0; i < m; i++, dst += k, src += k) {
    float largest = max_abs(src, k), factor;
    if (largest < 0x1p-120f) {
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
