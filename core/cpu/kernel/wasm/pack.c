// Packing float32 matrices into panels [⌈n/8⌉][k][8]: gemm_f32.go.
#include "kernel.h"

// transpose4 writes the transposed 4×4 block at src, its rows ld apart, to dst,
// whose rows are a panel's.
INLINE void transpose4(float *dst, const float *src, int ld) {
  v128_t a = wasm_v128_load(src), b = wasm_v128_load(src + ld);
  v128_t c = wasm_v128_load(src + 2 * ld), d = wasm_v128_load(src + 3 * ld);
  v128_t ab0 = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab1 = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  v128_t cd0 = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd1 = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  wasm_v128_store(dst, wasm_i64x2_shuffle(ab0, cd0, 0, 2));
  wasm_v128_store(dst + PANEL_COLS, wasm_i64x2_shuffle(ab0, cd0, 1, 3));
  wasm_v128_store(dst + 2 * PANEL_COLS, wasm_i64x2_shuffle(ab1, cd1, 0, 2));
  wasm_v128_store(dst + 3 * PANEL_COLS, wasm_i64x2_shuffle(ab1, cd1, 1, 3));
}

EXPORT(pack_f32)
void pack_f32(float *dst, const float *w, int n, int k, int ldw) {
  for (int j = 0; j < n; j += PANEL_COLS, dst += k * PANEL_COLS) {
    const float *rows = w + j * ldw;
    int cols = min_int(PANEL_COLS, n - j), i = 0;
    if (cols == PANEL_COLS) {
      for (; i + 4 <= k; i += 4) {
        transpose4(dst + i * PANEL_COLS, rows + i, ldw);
        transpose4(dst + i * PANEL_COLS + 4, rows + i + 4 * ldw, ldw);
      }
    }
    for (; i < k; i++) {
      for (int c = 0; c < PANEL_COLS; c++) dst[i * PANEL_COLS + c] = c < cols ? rows[c * ldw + i] : 0;
    }
  }
}

EXPORT(pack_f32_t)
void pack_f32_t(float *dst, const float *w, int n, int k, int ldw) {
  for (int j = 0; j < n; j += PANEL_COLS) {
    int cols = n - j;
    const float *row = w + j;
    for (int i = 0; i < k; i++, row += ldw, dst += PANEL_COLS) {
      wasm_v128_store(dst, load_part(row, cols));
      wasm_v128_store(dst + 4, load_part(row + 4, cols - 4));
    }
  }
}
