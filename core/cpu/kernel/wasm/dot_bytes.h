// The inner loop of gemm_i8.c with relaxed SIMD: bytes are multiplied as bytes.
//
// Activations that have a sign are raised by 64. So all have seven bits and none, and
// the instruction means the same on every processor. It adds products in pairs, to
// int16; pairs of two quads are added as such, and one more multiplication makes
// int32 of them. The instruction that adds to int32 at once would be less to write,
// but engines make more of it where the processor has no such thing.
#pragma once

typedef int8_t value;

// copy_rows interleaves a tile's rows, raised: [⌈k/4⌉][4][4]. What lies behind the
// end of a row is multiplied by zeros.
INLINE void copy_rows(value *dst, const int8_t *src, int rows, int k, int by) {
  int last = rows - 1;
  const int8_t *r0 = src, *r1 = src + min_int(1, last) * k, *r2 = src + min_int(2, last) * k, *r3 = src + last * k;
  const v128_t raise = wasm_i8x16_splat(by);
  int i = 0;
  for (; i + 4 * QUAD <= k; i += 4 * QUAD, dst += 4 * QUAD * TILE_ROWS) {
    transpose4((float *)dst, TILE_ROWS, wasm_i8x16_add(wasm_v128_load(r0 + i), raise), wasm_i8x16_add(wasm_v128_load(r1 + i), raise),
               wasm_i8x16_add(wasm_v128_load(r2 + i), raise), wasm_i8x16_add(wasm_v128_load(r3 + i), raise));
  }
  for (; i < k; i += QUAD, dst += QUAD * TILE_ROWS) {
    for (int j = 0; j < QUAD; j++) {
      int at = min_int(i + j, k - 1);
      dst[j] = r0[at] + by;
      dst[QUAD + j] = r1[at] + by;
      dst[2 * QUAD + j] = r2[at] + by;
      dst[3 * QUAD + j] = r3[at] + by;
    }
  }
}

// Panels are read as they are.
INLINE const value *copy_panel(value *copy, const int8_t *panel, int quads) {
  (void)copy, (void)quads;
  return panel;
}

// dot adds two quads of a row, a and b, times their weights to four outputs' sums.
INLINE v128_t dot(v128_t sum, const value *a, const value *b, v128_t w, v128_t x) {
  v128_t first = wasm_i16x8_relaxed_dot_i8x16_i7x16(w, wasm_v128_load32_splat(a));
  v128_t second = wasm_i16x8_relaxed_dot_i8x16_i7x16(x, wasm_v128_load32_splat(b));
  return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_i16x8_add(first, second), wasm_i16x8_const_splat(1)));
}

INLINE sums dot_tile(const value *tile, const value *panel, const uint16_t *order, int quads, const int32_t *lower) {
  v128_t low = wasm_v128_load(lower), high = wasm_v128_load(lower + 4);
  sums s = {low, high, low, high, low, high, low, high};
  for (const uint16_t *end = order + quads; order != end; order += 2, panel += 2 * QUAD * PANEL_COLS) {
    const value *a = tile + order[0], *b = tile + order[1];
    v128_t w0 = wasm_v128_load(panel), w1 = wasm_v128_load(panel + 16);
    v128_t x0 = wasm_v128_load(panel + 32), x1 = wasm_v128_load(panel + 48);
    s.s00 = dot(s.s00, a, b, w0, x0), s.s01 = dot(s.s01, a, b, w1, x1);
    s.s10 = dot(s.s10, a + QUAD, b + QUAD, w0, x0), s.s11 = dot(s.s11, a + QUAD, b + QUAD, w1, x1);
    s.s20 = dot(s.s20, a + 2 * QUAD, b + 2 * QUAD, w0, x0), s.s21 = dot(s.s21, a + 2 * QUAD, b + 2 * QUAD, w1, x1);
    s.s30 = dot(s.s30, a + 3 * QUAD, b + 3 * QUAD, w0, x0), s.s31 = dot(s.s31, a + 3 * QUAD, b + 3 * QUAD, w1, x1);
  }
  return s;
}
