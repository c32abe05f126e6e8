// Packing float32 matrices into panels [⌈n/8⌉][k][8]: gemm_f32.go.
#include "tile.h"

EXPORT(pack_f32)
void pack_f32(float *dst, const float *w, int n, int k, int ldw) {
  for (int j = 0; j < n; j += PANEL_COLS, dst += k * PANEL_COLS) {
    const float *rows = w + j * ldw;
    int cols = min_int(PANEL_COLS, n - j), i = 0;
    if (cols == PANEL_COLS) {
      for (; i + 4 <= k; i += 4) {
        for (int half = 0; half < PANEL_COLS; half += 4) {
          const float *src = rows + half * ldw + i;
          transpose4(dst + i * PANEL_COLS + half, PANEL_COLS, wasm_v128_load(src), wasm_v128_load(src + ldw), wasm_v128_load(src + 2 * ldw), wasm_v128_load(src + 3 * ldw));
        }
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
