// The int8 product with its epilogue: gemm_i8.go.
#include "kernel.h"

// A tile is four rows by one panel: eight vectors of int32 sums. With two of
// weights and one of a they leave some of the sixteen registers of x86-64 free,
// which the JavaScript engines need: unrolling the inner loop, or keeping a whole
// vector of each row at hand, makes them spill and costs a third of the speed.
enum { TILE_ROWS = 4 };

// Copies a row to int16, which is what the multiplication takes, with a zero for
// the partner of an odd last value.
INLINE void widen(int16_t *dst, const int8_t *src, int k) {
  int i = 0;
  for (; i + 8 <= k; i += 8) wasm_v128_store(dst + i, wasm_i16x8_load8x8(src + i));
  for (; i < k; i++) dst[i] = src[i];
  if (k & 1) dst[k] = 0;
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

// Multiplies up to four widened rows, each of even length, by one panel of cols
// outputs.
INLINE void tile(float *dst, int n, const int16_t *a, const float *a_scale, int rows, int even, const int8_t *panel, const float *w_scale, const float *bias, int cols) {
  // Rows beyond the last are that one again; their sums go unused.
  int last = rows - 1;
  const int16_t *a0 = a, *a1 = a + min_int(1, last) * even;
  const int16_t *a2 = a + min_int(2, last) * even, *a3 = a + last * even;
  v128_t s00 = wasm_i32x4_const_splat(0), s01 = s00, s10 = s00, s11 = s00;
  v128_t s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (int i = 0; i < even; i += 2, panel += 2 * PANEL_COLS) {
    v128_t w0 = wasm_i16x8_load8x8(panel), w1 = wasm_i16x8_load8x8(panel + PANEL_COLS);
    v128_t v = wasm_v128_load32_splat(a0 + i);
    s00 = wasm_i32x4_add(s00, wasm_i32x4_dot_i16x8(v, w0));
    s01 = wasm_i32x4_add(s01, wasm_i32x4_dot_i16x8(v, w1));
    v = wasm_v128_load32_splat(a1 + i);
    s10 = wasm_i32x4_add(s10, wasm_i32x4_dot_i16x8(v, w0));
    s11 = wasm_i32x4_add(s11, wasm_i32x4_dot_i16x8(v, w1));
    v = wasm_v128_load32_splat(a2 + i);
    s20 = wasm_i32x4_add(s20, wasm_i32x4_dot_i16x8(v, w0));
    s21 = wasm_i32x4_add(s21, wasm_i32x4_dot_i16x8(v, w1));
    v = wasm_v128_load32_splat(a3 + i);
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
// wide holds such a group as int16.
EXPORT(gemm_i8)
void gemm_i8(float *dst, const int8_t *a, const float *a_scale, int m, const int8_t *w, int n, int k, const float *w_scale, const float *bias, int16_t *wide, int group) {
  int even = (k + 1) & ~1;
  for (; m > 0; m -= group, dst += group * n, a += group * k, a_scale += group) {
    int rows = min_int(group, m);
    for (int i = 0; i < rows; i++) widen(wide + i * even, a + i * k, k);
    const int8_t *panel = w;
    for (int j = 0; j < n; j += PANEL_COLS, panel += even * PANEL_COLS) {
      for (int i = 0; i < rows; i += TILE_ROWS) {
        tile(dst + i * n + j, n, wide + i * even, a_scale + i, min_int(TILE_ROWS, rows - i), even, panel, w_scale + j, bias ? bias + j : 0, min_int(PANEL_COLS, n - j));
      }
    }
  }
}
