// The float32 product: gemm_f32.go.
#include "tile.h"

// interleave copies a tile's rows, ld apart, to [k][4].
INLINE void interleave(float *dst, const float *src, int ld, int rows, int k) {
  int last = rows - 1;
  const float *r0 = src, *r1 = src + min_int(1, last) * ld, *r2 = src + min_int(2, last) * ld, *r3 = src + last * ld;
  int i = 0;
  for (; i + 4 <= k; i += 4, dst += 4 * TILE_ROWS) {
    transpose4(dst, TILE_ROWS, wasm_v128_load(r0 + i), wasm_v128_load(r1 + i), wasm_v128_load(r2 + i), wasm_v128_load(r3 + i));
  }
  for (; i < k; i++, dst += TILE_ROWS) dst[0] = r0[i], dst[1] = r1[i], dst[2] = r2[i], dst[3] = r3[i];
}

// tile multiplies an interleaved tile by a panel of cols outputs.
INLINE void tile(float *dst, int ldd, const float *a, int rows, int k, const float *panel, const float *bias, int cols) {
  v128_t s00 = wasm_f32x4_const_splat(0), s01 = s00, s10 = s00, s11 = s00;
  v128_t s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (const float *end = a + k * TILE_ROWS; a != end; a += TILE_ROWS, panel += PANEL_COLS) {
    v128_t w0 = wasm_v128_load(panel), w1 = wasm_v128_load(panel + 4);
    v128_t v = wasm_v128_load32_splat(a);
    s00 = madd(v, w0, s00);
    s01 = madd(v, w1, s01);
    v = wasm_v128_load32_splat(a + 1);
    s10 = madd(v, w0, s10);
    s11 = madd(v, w1, s11);
    v = wasm_v128_load32_splat(a + 2);
    s20 = madd(v, w0, s20);
    s21 = madd(v, w1, s21);
    v = wasm_v128_load32_splat(a + 3);
    s30 = madd(v, w0, s30);
    s31 = madd(v, w1, s31);
  }
  if (bias) {
    v128_t low = load_part(bias, cols), high = load_part(bias + 4, cols - 4);
    s00 = wasm_f32x4_add(s00, low), s01 = wasm_f32x4_add(s01, high);
    s10 = wasm_f32x4_add(s10, low), s11 = wasm_f32x4_add(s11, high);
    s20 = wasm_f32x4_add(s20, low), s21 = wasm_f32x4_add(s21, high);
    s30 = wasm_f32x4_add(s30, low), s31 = wasm_f32x4_add(s31, high);
  }
  store_cols(dst, s00, s01, cols);
  if (rows > 1) store_cols(dst + ldd, s10, s11, cols);
  if (rows > 2) store_cols(dst + 2 * ldd, s20, s21, cols);
  if (rows > 3) store_cols(dst + 3 * ldd, s30, s31, cols);
}

// Rows are worked off group by group, a multiple of TILE_ROWS of them at a time;
// block has room for such a group.
EXPORT(gemm_f32)
void gemm_f32(float *dst, int ldd, const float *a, int lda, int m, const float *w, int n, int k, const float *bias, float *block, int group) {
  for (; m > 0; m -= group, dst += group * ldd, a += group * lda) {
    int rows = min_int(group, m);
    for (int i = 0; i < rows; i += TILE_ROWS) interleave(block + i * k, a + i * lda, lda, min_int(TILE_ROWS, rows - i), k);
    const float *panel = w;
    for (int j = 0; j < n; j += PANEL_COLS, panel += k * PANEL_COLS) {
      int i = 0;
      if (j + PANEL_COLS <= n) {
        for (; i + TILE_ROWS <= rows; i += TILE_ROWS) tile(dst + i * ldd + j, ldd, block + i * k, TILE_ROWS, k, panel, bias ? bias + j : 0, PANEL_COLS);
      }
      for (; i < rows; i += TILE_ROWS) {
        tile(dst + i * ldd + j, ldd, block + i * k, min_int(TILE_ROWS, rows - i), k, panel, bias ? bias + j : 0, min_int(PANEL_COLS, n - j));
      }
    }
  }
}
