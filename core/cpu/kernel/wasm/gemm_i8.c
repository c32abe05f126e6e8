// The int8 product with its epilogue: gemm_i8.go. It is compiled twice, for engines
// with relaxed SIMD and for those without.
#include "tile.h"

enum { QUAD = 4 };

// What a tile's rows and a panel's outputs sum up to, four outputs a vector.
typedef struct {
  v128_t s00, s01, s10, s11, s20, s21, s30, s31;
} sums;

#ifdef __wasm_relaxed_simd__
#include "dot_bytes.h"
#else
#include "dot_int16.h"
#endif

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

// tile multiplies a copied tile by a panel of cols outputs. Where it is whole, the
// compiler leaves out what is for edges.
INLINE void tile(float *dst, int ldd, const value *a, const float *a_scale, int rows, const value *panel, const uint16_t *order, int quads, const int32_t *lower, const float *w_scale, const float *bias, int with_bias, int cols) {
  sums s = dot_tile(a, panel, order, quads, lower);
  columns c;
  c.scale_low = load_part(w_scale, cols);
  c.scale_high = load_part(w_scale + 4, cols - 4);
  if (with_bias) {
    c.bias_low = load_part(bias, cols);
    c.bias_high = load_part(bias + 4, cols - 4);
  }
  dequantise(dst, s.s00, s.s01, a_scale[0], c, with_bias, cols);
  if (rows > 1) dequantise(dst + ldd, s.s10, s.s11, a_scale[1], c, with_bias, cols);
  if (rows > 2) dequantise(dst + 2 * ldd, s.s20, s.s21, a_scale[2], c, with_bias, cols);
  if (rows > 3) dequantise(dst + 3 * ldd, s.s30, s.s31, a_scale[3], c, with_bias, cols);
}

// What of a matrix a kernel reads: PanelsI8.
typedef struct {
  const int8_t *data;
  const uint16_t *order;
  const int32_t *lower;
  int n, k, quads, raise;
} panels;

// Rows are worked off group by group, a multiple of TILE_ROWS of them at a time;
// copies has room for such a group and, behind it, a panel.
EXPORT(gemm_i8)
void gemm_i8(float *dst, int ldd, const int8_t *a, const float *a_scale, int m, const panels *w, const float *w_scale, const float *bias, value *copies, int group) {
  int n = w->n, k = w->k, quads = w->quads, row = (k + QUAD - 1) / QUAD * QUAD;
  value *panel_copy = copies + group * row;
  for (; m > 0; m -= group, dst += group * ldd, a += group * k, a_scale += group) {
    int rows = min_int(group, m);
    for (int i = 0; i < rows; i += TILE_ROWS) copy_rows(copies + i * row, a + i * k, min_int(TILE_ROWS, rows - i), k, w->raise);
    const int8_t *data = w->data;
    const uint16_t *order = w->order;
    for (int j = 0; j < n; j += PANEL_COLS, data += quads * QUAD * PANEL_COLS, order += quads) {
      const value *panel = copy_panel(panel_copy, data, quads);
      const int32_t *lower = w->lower + j;
      int i = 0, whole = j + PANEL_COLS <= n ? rows - TILE_ROWS : -1;
      if (bias) {
        for (; i <= whole; i += TILE_ROWS) {
          tile(dst + i * ldd + j, ldd, copies + i * row, a_scale + i, TILE_ROWS, panel, order, quads, lower, w_scale + j, bias + j, 1, PANEL_COLS);
        }
      } else {
        for (; i <= whole; i += TILE_ROWS) {
          tile(dst + i * ldd + j, ldd, copies + i * row, a_scale + i, TILE_ROWS, panel, order, quads, lower, w_scale + j, 0, 0, PANEL_COLS);
        }
      }
      for (; i < rows; i += TILE_ROWS) {
        tile(dst + i * ldd + j, ldd, copies + i * row, a_scale + i, min_int(TILE_ROWS, rows - i), panel, order, quads, lower, w_scale + j, bias ? bias + j : 0, bias != 0, min_int(PANEL_COLS, n - j));
      }
    }
  }
}
