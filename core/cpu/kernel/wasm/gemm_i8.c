// The int8 product with its epilogue: gemm_i8.go.
#include "kernel.h"

// A tile is four rows by one panel: eight vectors of int32 sums, four of a and
// two of weights, which is what the sixteen registers of x86-64 hold.
enum { TILE_ROWS = 4 };

// Rows are worked off in groups of about this many bytes, all panels after each
// other, so that a group stays in the second-level cache meanwhile.
enum { GROUP_BYTES = 1 << 17 };

#define PAIR(v, i) wasm_i32x4_shuffle(v, v, i, i, i, i)

// Multiplies a pair of inputs of each row, in all lanes of v0…v3 as int16, by a
// panel's.
#define STEP(v0, v1, v2, v3)                                 \
  do {                                                       \
    v128_t w0 = wasm_i16x8_load8x8(p);                       \
    v128_t w1 = wasm_i16x8_load8x8(p + 8);                   \
    p += 2 * PANEL_COLS;                                     \
    v128_t v = v0;                                           \
    s00 = wasm_i32x4_add(s00, wasm_i32x4_dot_i16x8(v, w0));  \
    s01 = wasm_i32x4_add(s01, wasm_i32x4_dot_i16x8(v, w1));  \
    v = v1;                                                  \
    s10 = wasm_i32x4_add(s10, wasm_i32x4_dot_i16x8(v, w0));  \
    s11 = wasm_i32x4_add(s11, wasm_i32x4_dot_i16x8(v, w1));  \
    v = v2;                                                  \
    s20 = wasm_i32x4_add(s20, wasm_i32x4_dot_i16x8(v, w0));  \
    s21 = wasm_i32x4_add(s21, wasm_i32x4_dot_i16x8(v, w1));  \
    v = v3;                                                  \
    s30 = wasm_i32x4_add(s30, wasm_i32x4_dot_i16x8(v, w0));  \
    s31 = wasm_i32x4_add(s31, wasm_i32x4_dot_i16x8(v, w1));  \
  } while (0)

#define WIDE(splat, q) wasm_i16x8_extend_low_i8x16(splat(q))

INLINE void dequantise(float *dst, v128_t low, v128_t high, float a_scale, const float *w_scale, const float *bias, int cols) {
  v128_t s = wasm_f32x4_splat(a_scale);
  low = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(low), wasm_f32x4_mul(s, load_part(w_scale, cols)));
  high = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(high), wasm_f32x4_mul(s, load_part(w_scale + 4, cols - 4)));
  if (bias) {
    low = wasm_f32x4_add(low, load_part(bias, cols));
    high = wasm_f32x4_add(high, load_part(bias + 4, cols - 4));
  }
  store_part(dst, low, cols);
  store_part(dst + 4, high, cols - 4);
}

// Multiplies up to four rows by one panel of cols outputs.
INLINE void tile(float *dst, const int8_t *a, const float *a_scale, int rows, const int8_t *p, int n, int k, const float *w_scale, const float *bias, int cols) {
  // Rows beyond the last are that one again; their sums go unused.
  int last = rows - 1;
  const int8_t *a0 = a, *a1 = a + min_int(1, last) * k;
  const int8_t *a2 = a + min_int(2, last) * k, *a3 = a + last * k;
  v128_t s00 = wasm_i32x4_const_splat(0), s01 = s00, s10 = s00, s11 = s00;
  v128_t s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  int l = 0;
  for (; l + 8 <= k; l += 8) {
    v128_t x0 = wasm_i16x8_load8x8(a0 + l), x1 = wasm_i16x8_load8x8(a1 + l);
    v128_t x2 = wasm_i16x8_load8x8(a2 + l), x3 = wasm_i16x8_load8x8(a3 + l);
    STEP(PAIR(x0, 0), PAIR(x1, 0), PAIR(x2, 0), PAIR(x3, 0));
    STEP(PAIR(x0, 1), PAIR(x1, 1), PAIR(x2, 1), PAIR(x3, 1));
    STEP(PAIR(x0, 2), PAIR(x1, 2), PAIR(x2, 2), PAIR(x3, 2));
    STEP(PAIR(x0, 3), PAIR(x1, 3), PAIR(x2, 3), PAIR(x3, 3));
  }
  for (; l + 2 <= k; l += 2) {
    STEP(WIDE(wasm_v128_load16_splat, a0 + l), WIDE(wasm_v128_load16_splat, a1 + l),
         WIDE(wasm_v128_load16_splat, a2 + l), WIDE(wasm_v128_load16_splat, a3 + l));
  }
  if (l < k) {
    // Only the first of a pair is left: the panel holds zeros for the second.
    STEP(WIDE(wasm_v128_load8_splat, a0 + l), WIDE(wasm_v128_load8_splat, a1 + l),
         WIDE(wasm_v128_load8_splat, a2 + l), WIDE(wasm_v128_load8_splat, a3 + l));
  }
  dequantise(dst, s00, s01, a_scale[0], w_scale, bias, cols);
  if (rows > 1) dequantise(dst + n, s10, s11, a_scale[1], w_scale, bias, cols);
  if (rows > 2) dequantise(dst + 2 * n, s20, s21, a_scale[2], w_scale, bias, cols);
  if (rows > 3) dequantise(dst + 3 * n, s30, s31, a_scale[3], w_scale, bias, cols);
}

EXPORT(gemm_i8)
void gemm_i8(float *dst, const int8_t *a, const float *a_scale, int m, const int8_t *w, int n, int k, const float *w_scale, const float *bias) {
  int group = max_int(TILE_ROWS, GROUP_BYTES / k & -TILE_ROWS);
  int panel = (k + 1) / 2 * 2 * PANEL_COLS;
  for (int g = 0; g < m; g += group) {
    int end = min_int(g + group, m);
    const int8_t *p = w;
    for (int j = 0; j < n; j += PANEL_COLS, p += panel) {
      for (int i = g; i < end; i += TILE_ROWS) {
        tile(dst + i * n + j, a + i * k, a_scale + i, min_int(TILE_ROWS, end - i), p, n, k, w_scale + j, bias ? bias + j : 0, min_int(PANEL_COLS, n - j));
      }
    }
  }
}
