// Packing what attention multiplies into panels [⌈n/8⌉][quads][8][4]: pack_i8.go.
// Panels are zero already where they exceed the matrix.
#include "quantise.h"
#include "tile.h"

enum { QUAD = 4, STEP = QUAD * PANEL_COLS };

// sum_bytes adds sixteen bytes to four sums.
INLINE v128_t sum_bytes(v128_t sums, v128_t bytes) {
  return wasm_i32x4_add(sums, wasm_i32x4_extadd_pairwise_i16x8(wasm_i16x8_extadd_pairwise_i8x16(bytes)));
}

EXPORT(pack_rows_i8)
void pack_rows_i8(int8_t *dst, int32_t *lower, const int8_t *w, int n, int k, int quads, int raise) {
  for (int j = 0; j < n; j += TILE_ROWS) {
    int rows = min_int(TILE_ROWS, n - j), i = 0;
    int8_t *to = dst + j / PANEL_COLS * quads * STEP + j % PANEL_COLS * QUAD;
    const int8_t *r0 = w + j * k, *r1 = r0 + k, *r2 = r1 + k, *r3 = r2 + k;
    v128_t s0 = wasm_i32x4_const_splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (; rows == TILE_ROWS && i + 4 * QUAD <= k; i += 4 * QUAD) {
      v128_t a = wasm_v128_load(r0 + i), b = wasm_v128_load(r1 + i), c = wasm_v128_load(r2 + i), d = wasm_v128_load(r3 + i);
      transpose4((float *)(to + i * PANEL_COLS), PANEL_COLS, a, b, c, d);
      s0 = sum_bytes(s0, a), s1 = sum_bytes(s1, b), s2 = sum_bytes(s2, c), s3 = sum_bytes(s3, d);
    }
    lower[j] = sum_lanes(s0);
    if (rows > 1) lower[j + 1] = sum_lanes(s1);
    if (rows > 2) lower[j + 2] = sum_lanes(s2);
    if (rows > 3) lower[j + 3] = sum_lanes(s3);
    for (int r = 0; r < rows; r++) {
      for (int l = i; l < k; l++) {
        int8_t v = r0[r * k + l];
        to[l / QUAD * STEP + r * QUAD + l % QUAD] = v;
        lower[j + r] += v;
      }
      lower[j + r] *= -raise;
    }
  }
}

// scale_columns turns the bits of columns' largest magnitudes into the scales of their
// integers, and returns what the columns are multiplied by before they are rounded.
INLINE v128_t scale_columns(float *scale, v128_t largest, int cols) {
  const v128_t whole = wasm_f32x4_const_splat(limit);
  v128_t tiny = wasm_f32x4_lt(largest, wasm_f32x4_const_splat(tiny_row));
  store_part(scale, wasm_v128_andnot(wasm_f32x4_div(largest, whole), tiny), cols);
  return wasm_v128_andnot(wasm_f32x4_div(whole, largest), tiny);
}

// byte puts integers' lowest bytes into place r of four.
INLINE v128_t byte(v128_t v, int r) {
  return wasm_i32x4_shl(wasm_v128_and(v, wasm_i32x4_const_splat(0xff)), 8 * r);
}

EXPORT(pack_columns_i8)
void pack_columns_i8(int8_t *dst, float *scale, const float *w, int n, int k, int quads, int ldw) {
  const v128_t magnitude = wasm_i32x4_const_splat(INT32_MAX);
  for (int j = 0; j < n; j += PANEL_COLS, dst += quads * STEP, scale += PANEL_COLS, w += PANEL_COLS) {
    int cols = n - j;
    v128_t low = wasm_i32x4_const_splat(0), high = low;
    for (int i = 0; i < k; i++) {
      low = wasm_i32x4_max(low, wasm_v128_and(load_part(w + i * ldw, cols), magnitude));
      high = wasm_i32x4_max(high, wasm_v128_and(load_part(w + i * ldw + 4, cols - 4), magnitude));
    }
    low = scale_columns(scale, low, cols), high = scale_columns(scale + 4, high, cols - 4);
    int8_t *to = dst;
    for (int i = 0; i < k; i += QUAD, to += STEP) {
      v128_t a = wasm_i32x4_const_splat(0), b = a;
      for (int r = 0; r < min_int(QUAD, k - i); r++) {
        const float *row = w + (i + r) * ldw;
        a = wasm_v128_or(a, byte(round4(load_part(row, cols), low), r));
        b = wasm_v128_or(b, byte(round4(load_part(row + 4, cols - 4), high), r));
      }
      wasm_v128_store(to, a);
      wasm_v128_store(to + 16, b);
    }
  }
}
