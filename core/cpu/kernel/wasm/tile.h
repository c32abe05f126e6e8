// The tiles of the two products.
//
// A tile is four rows by one panel: eight vectors of sums. That leaves half of the
// sixteen registers of x86-64 for weights, a row's values and products in flight,
// which the JavaScript engines need: unrolling the inner loop, or keeping a whole
// vector of each row at hand, makes them spill and costs speed. A tile's rows are
// interleaved before the weights pass by, so that the inner loop has one address for
// all of them. Rows beyond the last are that one again; their sums go unused.
#pragma once

#include "kernel.h"

enum { TILE_ROWS = 4 };

// transpose4 writes the 4×4 block with rows a, b, c, d transposed to dst, its
// rows ld apart.
INLINE void transpose4(float *dst, int ld, v128_t a, v128_t b, v128_t c, v128_t d) {
  v128_t ab0 = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab1 = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  v128_t cd0 = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd1 = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  wasm_v128_store(dst, wasm_i64x2_shuffle(ab0, cd0, 0, 2));
  wasm_v128_store(dst + ld, wasm_i64x2_shuffle(ab0, cd0, 1, 3));
  wasm_v128_store(dst + 2 * ld, wasm_i64x2_shuffle(ab1, cd1, 0, 2));
  wasm_v128_store(dst + 3 * ld, wasm_i64x2_shuffle(ab1, cd1, 1, 3));
}
