// softmax(s·scale + bias) of every row, in place: softmax.go.
#include "exp.h"

// scale_row replaces row by row·scale + bias, where there is one, and returns
// the largest element.
INLINE float scale_row(float *row, const float *bias, float scale, int n) {
  v128_t tops = wasm_f32x4_const_splat(-__builtin_inff());
  int j = 0;
  for (; j + 4 <= n; j += 4) {
    v128_t v = wasm_f32x4_mul(wasm_v128_load(row + j), wasm_f32x4_splat(scale));
    if (bias) v = wasm_f32x4_add(v, wasm_v128_load(bias + j));
    wasm_v128_store(row + j, v);
    tops = wasm_f32x4_pmax(tops, v);
  }
  tops = wasm_f32x4_pmax(tops, wasm_i32x4_shuffle(tops, tops, 2, 3, 0, 1));
  tops = wasm_f32x4_pmax(tops, wasm_i32x4_shuffle(tops, tops, 1, 0, 3, 2));
  float top = wasm_f32x4_extract_lane(tops, 0);
  for (; j < n; j++) {
    float v = row[j] * scale;
    if (bias) v += bias[j];
    row[j] = v;
    if (top < v) top = v;
  }
  return top;
}

// exp_row replaces row by e^(row-top); work has room for two strips.
INLINE void exp_row(float *row, v128_t top, int n, const exp_vectors c, float *work) {
  float *r = work, *scales = work + STRIP;
  for (int strip; n >= 4; n -= strip, row += strip) {
    strip = min_int(STRIP, n & ~3);
    for (int i = 0; i < strip; i += 4) {
      exp_half h = exp_down_first(wasm_f32x4_sub(wasm_v128_load(row + i), top), c);
      wasm_v128_store(r + i, h.r);
      wasm_v128_store(scales + i, h.scale);
    }
    for (int i = 0; i < strip; i += 4) {
      wasm_v128_store(row + i, exp_down_second((exp_half){wasm_v128_load(r + i), wasm_v128_load(scales + i)}, c));
    }
  }
  if (n > 0) store_part(row, exp_down4(wasm_f32x4_sub(load_part(row, n), top), c), n);
}

EXPORT(softmax_rows)
void softmax_rows(float *s, int lds, const float *bias, int ldb, float scale, int m, int n, const exp_constants *constants, float *work) {
  exp_vectors c = exp_load(constants);
  for (int i = 0; i < m; i++, s += lds, bias += bias ? ldb : 0) {
    v128_t top = wasm_f32x4_splat(scale_row(s, bias, scale, n));
    exp_row(s, top, n, c, work);
    float inv = 1.0f / row_sum(s, n);
    int j = 0;
    for (; j + 4 <= n; j += 4) wasm_v128_store(s + j, wasm_f32x4_mul(wasm_v128_load(s + j), wasm_f32x4_splat(inv)));
    for (; j < n; j++) s[j] *= inv;
  }
}
