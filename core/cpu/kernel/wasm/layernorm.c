// LayerNorm of every row: layernorm.go.
#include "kernel.h"

INLINE float row_sum_squares(const float *x, float mean, int n) {
  v128_t low = wasm_f32x4_const_splat(0), high = low;
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    v128_t d = wasm_f32x4_sub(wasm_v128_load(x + i), wasm_f32x4_splat(mean));
    low = madd(d, d, low);
    d = wasm_f32x4_sub(wasm_v128_load(x + i + 4), wasm_f32x4_splat(mean));
    high = madd(d, d, high);
  }
  float s = fold(low, high);
  for (; i < n; i++) {
    float d = x[i] - mean;
    s += d * d;
  }
  return s;
}

EXPORT(layer_norm_rows)
void layer_norm_rows(float *dst, const float *src, const float *gain, const float *bias, float eps, int m, int c) {
  for (int i = 0; i < m; i++, dst += c, src += c) {
    float mean = row_sum(src, c) / (float)c;
    float inv = 1.0f / __builtin_sqrtf(row_sum_squares(src, mean, c) / (float)c + eps);
    int j = 0;
    for (; j + 4 <= c; j += 4) {
      v128_t v = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(src + j), wasm_f32x4_splat(mean)), wasm_f32x4_splat(inv));
      wasm_v128_store(dst + j, madd(v, wasm_v128_load(gain + j), wasm_v128_load(bias + j)));
    }
    for (; j < c; j++) dst[j] = (src[j] - mean) * inv * gain[j] + bias[j];
  }
}
