// Tokens plus their depthwise 3×3 convolution: depthwise.go.
#include "kernel.h"

// around is what of a token's 3×3 neighbours lies inside the grid: the first of
// them with its tap, how many rows and columns there are, and how many values one
// row lies from the next.
typedef struct {
  const float *first, *taps;
  int rows, cols, down;
} around;

// Sixteen channels at once: their sums do not wait for each other, and a neighbour's
// address serves all of them.
INLINE void channels16(float *out, const float *src, const float *bias, around a, int c) {
  v128_t s0 = wasm_f32x4_const_splat(0), s1 = s0, s2 = s0, s3 = s0;
  if (bias) s0 = wasm_v128_load(bias), s1 = wasm_v128_load(bias + 4), s2 = wasm_v128_load(bias + 8), s3 = wasm_v128_load(bias + 12);
  for (int v = 0; v < a.rows; v++, a.first += a.down, a.taps += 3 * c) {
    const float *in = a.first, *tap = a.taps;
    for (int u = 0; u < a.cols; u++, in += c, tap += c) {
      s0 = madd(wasm_v128_load(in), wasm_v128_load(tap), s0);
      s1 = madd(wasm_v128_load(in + 4), wasm_v128_load(tap + 4), s1);
      s2 = madd(wasm_v128_load(in + 8), wasm_v128_load(tap + 8), s2);
      s3 = madd(wasm_v128_load(in + 12), wasm_v128_load(tap + 12), s3);
    }
  }
  wasm_v128_store(out, wasm_f32x4_add(s0, wasm_v128_load(src)));
  wasm_v128_store(out + 4, wasm_f32x4_add(s1, wasm_v128_load(src + 4)));
  wasm_v128_store(out + 8, wasm_f32x4_add(s2, wasm_v128_load(src + 8)));
  wasm_v128_store(out + 12, wasm_f32x4_add(s3, wasm_v128_load(src + 12)));
}

// Up to four channels.
INLINE void channels4(float *out, const float *src, const float *bias, around a, int c, int n) {
  v128_t sum = bias ? load_part(bias, n) : wasm_f32x4_const_splat(0);
  for (int v = 0; v < a.rows; v++, a.first += a.down, a.taps += 3 * c) {
    for (int u = 0; u < a.cols; u++) sum = madd(load_part(a.first + u * c, n), load_part(a.taps + u * c, n), sum);
  }
  store_part(out, wasm_f32x4_add(sum, load_part(src, n)), n);
}

EXPORT(depthwise_3x3)
void depthwise_3x3(float *dst, const float *src, const float *taps, const float *bias, int h, int w, int c, int row0, int row1) {
  for (int y = row0; y < row1; y++) {
    int v0 = max_int(y - 1, 0), v1 = min_int(y + 1, h - 1);
    for (int x = 0; x < w; x++) {
      int u0 = max_int(x - 1, 0), u1 = min_int(x + 1, w - 1);
      around a = {src + (v0 * w + u0) * c, taps + ((v0 - y + 1) * 3 + u0 - x + 1) * c, v1 - v0 + 1, u1 - u0 + 1, w * c};
      float *out = dst + (y * w + x) * c;
      const float *here = src + (y * w + x) * c;
      for (int j = 0; j < c;) {
        if (j + 16 <= c) {
          channels16(out + j, here + j, bias ? bias + j : 0, a, c);
          j += 16, a.first += 16, a.taps += 16;
        } else {
          channels4(out + j, here + j, bias ? bias + j : 0, a, c, c - j);
          j += 4, a.first += 4, a.taps += 4;
        }
      }
    }
  }
}
