// The float32 product: gemm_f32.go.
#include "kernel.h"

// A tile is four rows by one panel: eight vectors of sums. With two of weights,
// one of a and a product in flight they fit the sixteen registers of x86-64,
// some of which the JavaScript engines keep for themselves.
enum { TILE_ROWS = 4 };

EXPORT(gemm_f32)
void gemm_f32(float *dst, int ldd, const float *a, int lda, int m, const float *w, int n, int k, const float *bias) {
  for (int j = 0; j < n; j += PANEL_COLS, w += k * PANEL_COLS) {
    int cols = min_int(PANEL_COLS, n - j);
    for (int i = 0; i < m; i += TILE_ROWS) {
      // Rows beyond the last are that one again; their sums go unused.
      int rows = min_int(TILE_ROWS, m - i), last = rows - 1;
      const float *a0 = a + i * lda, *a1 = a0 + min_int(1, last) * lda;
      const float *a2 = a0 + min_int(2, last) * lda, *a3 = a0 + last * lda;
      v128_t s00 = wasm_f32x4_const_splat(0), s01 = s00, s10 = s00, s11 = s00;
      v128_t s20 = s00, s21 = s00, s30 = s00, s31 = s00;
      const float *p = w;
      for (int l = 0; l < k; l++, p += PANEL_COLS) {
        v128_t w0 = wasm_v128_load(p), w1 = wasm_v128_load(p + 4);
        v128_t v = wasm_v128_load32_splat(a0 + l);
        s00 = madd(v, w0, s00);
        s01 = madd(v, w1, s01);
        v = wasm_v128_load32_splat(a1 + l);
        s10 = madd(v, w0, s10);
        s11 = madd(v, w1, s11);
        v = wasm_v128_load32_splat(a2 + l);
        s20 = madd(v, w0, s20);
        s21 = madd(v, w1, s21);
        v = wasm_v128_load32_splat(a3 + l);
        s30 = madd(v, w0, s30);
        s31 = madd(v, w1, s31);
      }
      if (bias) {
        v128_t low = load_part(bias + j, cols), high = load_part(bias + j + 4, cols - 4);
        s00 = wasm_f32x4_add(s00, low), s01 = wasm_f32x4_add(s01, high);
        s10 = wasm_f32x4_add(s10, low), s11 = wasm_f32x4_add(s11, high);
        s20 = wasm_f32x4_add(s20, low), s21 = wasm_f32x4_add(s21, high);
        s30 = wasm_f32x4_add(s30, low), s31 = wasm_f32x4_add(s31, high);
      }
      float *out = dst + i * ldd + j;
      store_cols(out, s00, s01, cols);
      if (rows > 1) store_cols(out + ldd, s10, s11, cols);
      if (rows > 2) store_cols(out + 2 * ldd, s20, s21, cols);
      if (rows > 3) store_cols(out + 3 * ldd, s30, s31, cols);
    }
  }
}
