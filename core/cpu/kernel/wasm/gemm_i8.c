// The int8 product with its epilogue: gemm_i8.go.
#include "tile.h"

// widen_rows copies a tile's rows to int16, which is what the multiplication
// takes, with a zero for the partner of an odd last value: [⌈k/2⌉][4][2].
INLINE void widen_rows(int16_t *dst, const int8_t *src, int rows, int k) {
  int last = rows - 1;
  const int8_t *r0 = src, *r1 = src + min_int(1, last) * k, *r2 = src + min_int(2, last) * k, *r3 = src + last * k;
  int i = 0;
  for (; i + 8 <= k; i += 8, dst += 8 * TILE_ROWS) {
    transpose4((float *)dst, TILE_ROWS, wasm_i16x8_load8x8(r0 + i), wasm_i16x8_load8x8(r1 + i), wasm_i16x8_load8x8(r2 + i), wasm_i16x8_load8x8(r3 + i));
  }
  for (; i < k; i += 2, dst += 2 * TILE_ROWS) {
    int odd = i + 1 == k;
    dst[0] = r0[i], dst[1] = odd ? 0 : r0[i + 1];
    dst[2] = r1[i], dst[3] = odd ? 0 : r1[i + 1];
    dst[4] = r2[i], dst[5] = odd ? 0 : r2[i + 1];
    dst[6] = r3[i], dst[7] = odd ? 0 : r3[i + 1];
  }
}

// widen_panel does the same for a panel, whose length is a multiple of 16.
INLINE void widen_panel(int16_t *dst, const int8_t *src, int n) {
  for (int i = 0; i < n; i += 8) wasm_v128_store(dst + i, wasm_i16x8_load8x8(src + i));
}

// The factors and biases of a panel's outputs.
typedef struct {
  v128_t scale_low, scale_high, bias_low, bias_high;
} columns;

INLINE void dequantise(float *dst, v128_t low, v128_t high, float a_scale, columns c, int with_bias, int cols) {
  v128_t s = wasm_f32x4_splat(a_scale);
  low = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(low), wasm_f32x4_mul(s, c.scale_low));
  high = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(high), wasm_f32x4_mul(s, c.scale_high));
  if (with_bias) {
    low = wasm_f32x4_add(low, c.bias_low);
    high = wasm_f32x4_add(high, c.bias_high);
  }
  store_cols(dst, low, high, cols);
}

// tile multiplies a widened tile by a widened panel of cols outputs, pairs pairs
// of inputs long.
INLINE void tile(float *dst, int n, const int16_t *a, const float *a_scale, int rows, int pairs, const int16_t *panel, const float *w_scale, const float *bias, int cols) {
  v128_t s00 = wasm_i32x4_const_splat(0), s01 = s00, s10 = s00, s11 = s00;
  v128_t s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (const int16_t *end = a + pairs * 2 * TILE_ROWS; a != end; a += 2 * TILE_ROWS, panel += 2 * PANEL_COLS) {
    v128_t w0 = wasm_v128_load(panel), w1 = wasm_v128_load(panel + PANEL_COLS);
    v128_t v = wasm_v128_load32_splat(a);
    s00 = wasm_i32x4_add(s00, wasm_i32x4_dot_i16x8(v, w0));
    s01 = wasm_i32x4_add(s01, wasm_i32x4_dot_i16x8(v, w1));
    v = wasm_v128_load32_splat(a + 2);
    s10 = wasm_i32x4_add(s10, wasm_i32x4_dot_i16x8(v, w0));
    s11 = wasm_i32x4_add(s11, wasm_i32x4_dot_i16x8(v, w1));
    v = wasm_v128_load32_splat(a + 4);
    s20 = wasm_i32x4_add(s20, wasm_i32x4_dot_i16x8(v, w0));
    s21 = wasm_i32x4_add(s21, wasm_i32x4_dot_i16x8(v, w1));
    v = wasm_v128_load32_splat(a + 6);
    s30 = wasm_i32x4_add(s30, wasm_i32x4_dot_i16x8(v, w0));
    s31 = wasm_i32x4_add(s31, wasm_i32x4_dot_i16x8(v, w1));
  }
  columns c;
  c.scale_low = load_part(w_scale, cols);
  c.scale_high = load_part(w_scale + 4, cols - 4);
  if (bias) {
    c.bias_low = load_part(bias, cols);
    c.bias_high = load_part(bias + 4, cols - 4);
  }
  dequantise(dst, s00, s01, a_scale[0], c, bias != 0, cols);
  if (rows > 1) dequantise(dst + n, s10, s11, a_scale[1], c, bias != 0, cols);
  if (rows > 2) dequantise(dst + 2 * n, s20, s21, a_scale[2], c, bias != 0, cols);
  if (rows > 3) dequantise(dst + 3 * n, s30, s31, a_scale[3], c, bias != 0, cols);
}

// Rows are worked off group by group, a multiple of TILE_ROWS of them at a time;
// wide has room for such a group and, behind it, a panel as int16. A panel is
// widened once a group: kept as int16, all weights would take twice the memory.
EXPORT(gemm_i8)
void gemm_i8(float *dst, const int8_t *a, const float *a_scale, int m, const int8_t *w, int n, int k, const float *w_scale, const float *bias, int16_t *wide, int group) {
  int pairs = (k + 1) / 2;
  int16_t *wide_panel = wide + group * 2 * pairs;
  for (; m > 0; m -= group, dst += group * n, a += group * k, a_scale += group) {
    int rows = min_int(group, m);
    for (int i = 0; i < rows; i += TILE_ROWS) widen_rows(wide + i * 2 * pairs, a + i * k, min_int(TILE_ROWS, rows - i), k);
    const int8_t *panel = w;
    for (int j = 0; j < n; j += PANEL_COLS, panel += 2 * pairs * PANEL_COLS) {
      widen_panel(wide_panel, panel, 2 * pairs * PANEL_COLS);
      for (int i = 0; i < rows; i += TILE_ROWS) {
        tile(dst + i * n + j, n, wide + i * 2 * pairs, a_scale + i, min_int(TILE_ROWS, rows - i), pairs, wide_panel, w_scale + j, bias ? bias + j : 0, min_int(PANEL_COLS, n - j));
      }
    }
  }
}
