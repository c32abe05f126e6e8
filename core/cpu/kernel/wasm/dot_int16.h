// The inner loop of gemm_i8.c without relaxed SIMD: bytes become int16 first, and
// the instruction adds two products to an int32. A panel is widened once a group of
// rows: kept as int16, all weights would take twice the memory.
#pragma once

typedef int16_t value;

// copy_rows interleaves a tile's rows: [⌈k/4⌉][4][4]. What lies behind the end of a
// row is multiplied by zeros.
INLINE void copy_rows(value *dst, const int8_t *src, int rows, int k, int by) {
  (void)by; // there is room for a sign
  int last = rows - 1;
  const int8_t *r0 = src, *r1 = src + min_int(1, last) * k, *r2 = src + min_int(2, last) * k, *r3 = src + last * k;
  int i = 0;
  for (; i + 2 * QUAD <= k; i += 2 * QUAD, dst += 2 * QUAD * TILE_ROWS) {
    v128_t v0 = wasm_i16x8_load8x8(r0 + i), v1 = wasm_i16x8_load8x8(r1 + i), v2 = wasm_i16x8_load8x8(r2 + i), v3 = wasm_i16x8_load8x8(r3 + i);
    wasm_v128_store(dst, wasm_i64x2_shuffle(v0, v1, 0, 2));
    wasm_v128_store(dst + 8, wasm_i64x2_shuffle(v2, v3, 0, 2));
    wasm_v128_store(dst + 16, wasm_i64x2_shuffle(v0, v1, 1, 3));
    wasm_v128_store(dst + 24, wasm_i64x2_shuffle(v2, v3, 1, 3));
  }
  for (; i < k; i += QUAD, dst += QUAD * TILE_ROWS) {
    for (int j = 0; j < QUAD; j++) {
      int at = min_int(i + j, k - 1);
      dst[j] = r0[at];
      dst[QUAD + j] = r1[at];
      dst[2 * QUAD + j] = r2[at];
      dst[3 * QUAD + j] = r3[at];
    }
  }
}

// copy_panel widens a panel, [quads][8][4], to [quads][2][8][2]: pairs of inputs.
INLINE const value *copy_panel(value *copy, const int8_t *panel, int quads) {
  for (value *dst = copy; quads > 0; quads--, panel += QUAD * PANEL_COLS, dst += QUAD * PANEL_COLS) {
    for (int half = 0; half < 2; half++) {
      v128_t v = wasm_i16x8_load8x8(panel + 16 * half), w = wasm_i16x8_load8x8(panel + 16 * half + 8);
      wasm_v128_store(dst + 8 * half, wasm_i32x4_shuffle(v, w, 0, 2, 4, 6));
      wasm_v128_store(dst + 16 + 8 * half, wasm_i32x4_shuffle(v, w, 1, 3, 5, 7));
    }
  }
  return copy;
}

INLINE sums dot_tile(const value *tile, const value *panel, const uint16_t *order, int quads, const int32_t *lower) {
  (void)lower; // nothing was raised
  v128_t zero = wasm_i32x4_const_splat(0);
  sums s = {zero, zero, zero, zero, zero, zero, zero, zero};
  for (const uint16_t *end = order + quads; order != end; order++) {
    const value *a = tile + order[0];
    for (const value *pairs = a + QUAD; a != pairs; a += 2, panel += 2 * PANEL_COLS) {
      v128_t w0 = wasm_v128_load(panel), w1 = wasm_v128_load(panel + PANEL_COLS);
      v128_t v = wasm_v128_load32_splat(a);
      s.s00 = wasm_i32x4_add(s.s00, wasm_i32x4_dot_i16x8(v, w0));
      s.s01 = wasm_i32x4_add(s.s01, wasm_i32x4_dot_i16x8(v, w1));
      v = wasm_v128_load32_splat(a + QUAD);
      s.s10 = wasm_i32x4_add(s.s10, wasm_i32x4_dot_i16x8(v, w0));
      s.s11 = wasm_i32x4_add(s.s11, wasm_i32x4_dot_i16x8(v, w1));
      v = wasm_v128_load32_splat(a + 2 * QUAD);
      s.s20 = wasm_i32x4_add(s.s20, wasm_i32x4_dot_i16x8(v, w0));
      s.s21 = wasm_i32x4_add(s.s21, wasm_i32x4_dot_i16x8(v, w1));
      v = wasm_v128_load32_splat(a + 3 * QUAD);
      s.s30 = wasm_i32x4_add(s.s30, wasm_i32x4_dot_i16x8(v, w0));
      s.s31 = wasm_i32x4_add(s.s31, wasm_i32x4_dot_i16x8(v, w1));
    }
  }
  return s;
}
