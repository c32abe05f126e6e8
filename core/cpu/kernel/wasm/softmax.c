// softmax(s·scale + bias) of every row, in place or as bytes: softmax.go,
// softmax_bytes.go.
#include "exp.h"
#include "quantise.h"

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

// share4 is e^(x-top) in parts of 127 for a half of the exponential, NaN none.
INLINE v128_t share4(const float *r, const float *scale, const exp_vectors c) {
  const v128_t certain = wasm_f32x4_const_splat(127);
  v128_t e = exp_down_second((exp_half){wasm_v128_load(r), wasm_v128_load(scale)}, c);
  return to_integers(wasm_f32x4_pmax(wasm_f32x4_const_splat(0), wasm_f32x4_mul(e, certain)));
}

// share_row writes e^(row-top) in parts of 127 and returns their sum; work has room for
// two strips.
INLINE int share_row(int8_t *dst, const float *row, v128_t top, int n, const exp_vectors c, float *work) {
  float *r = work, *scales = work + STRIP;
  v128_t sums = wasm_i32x4_const_splat(0);
  for (int strip; n > 0; n -= strip, row += strip, dst += strip) {
    strip = min_int(STRIP, n);
    for (int i = 0; i < strip; i += 4) {
      exp_half h = exp_down_first(wasm_f32x4_sub(load_part(row + i, strip - i), top), c);
      wasm_v128_store(r + i, h.r);
      wasm_v128_store(scales + i, h.scale);
    }
    int i = 0;
    for (; i + 16 <= strip; i += 16) {
      v128_t p0 = share4(r + i, scales + i, c), p1 = share4(r + i + 4, scales + i + 4, c);
      v128_t p2 = share4(r + i + 8, scales + i + 8, c), p3 = share4(r + i + 12, scales + i + 12, c);
      sums = wasm_i32x4_add(sums, wasm_i32x4_add(wasm_i32x4_add(p0, p1), wasm_i32x4_add(p2, p3)));
      wasm_v128_store(dst + i, wasm_i8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(p0, p1), wasm_i16x8_narrow_i32x4(p2, p3)));
    }
    for (; i + 4 <= strip; i += 4) {
      v128_t p = share4(r + i, scales + i, c), bytes = wasm_i16x8_narrow_i32x4(p, p);
      sums = wasm_i32x4_add(sums, p);
      wasm_v128_store32_lane(dst + i, wasm_i8x16_narrow_i16x8(bytes, bytes), 0);
    }
    if (i < strip) { // up to three lanes
      v128_t p = share4(r + i, scales + i, c), beyond = wasm_i32x4_gt(wasm_i32x4_const(1, 2, 3, 4), wasm_i32x4_splat(strip - i));
      sums = wasm_i32x4_add(sums, wasm_v128_andnot(p, beyond));
      dst[i] = (int8_t)wasm_i32x4_extract_lane(p, 0);
      if (i + 1 < strip) dst[i + 1] = (int8_t)wasm_i32x4_extract_lane(p, 1);
      if (i + 2 < strip) dst[i + 2] = (int8_t)wasm_i32x4_extract_lane(p, 2);
    }
  }
  return sum_lanes(sums);
}

EXPORT(softmax_bytes)
void softmax_bytes(int8_t *dst, float *scale, float *s, int lds, const float *bias, int ldb, float factor, int m, int n, const exp_constants *constants, float *work) {
  exp_vectors c = exp_load(constants);
  for (int i = 0; i < m; i++, dst += n, s += lds, bias += bias ? ldb : 0) {
    v128_t top = wasm_f32x4_splat(scale_row(s, bias, factor, n));
    scale[i] = 1.0f / (float)share_row(dst, s, top, n, c, work);
  }
}
