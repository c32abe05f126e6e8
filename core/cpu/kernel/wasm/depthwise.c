// Tokens plus their depthwise 3×3 convolution: depthwise.go.
#include "kernel.h"

EXPORT(depthwise_3x3)
void depthwise_3x3(float *dst, const float *src, const float *taps, const float *bias, int h, int w, int c, int row0, int row1) {
  for (int y = row0; y < row1; y++) {
    int v0 = max_int(y - 1, 0), v1 = min_int(y + 1, h - 1);
    for (int x = 0; x < w; x++) {
      int u0 = max_int(x - 1, 0), u1 = min_int(x + 1, w - 1);
      int at = (y * w + x) * c;
      for (int j = 0; j < c; j += 4) {
        int n = c - j;
        v128_t sum = bias ? load_part(bias + j, n) : wasm_f32x4_const_splat(0);
        for (int v = v0; v <= v1; v++) {
          for (int u = u0; u <= u1; u++) {
            const float *in = src + (v * w + u) * c + j;
            const float *tap = taps + ((v - y + 1) * 3 + u - x + 1) * c + j;
            sum = madd(load_part(in, n), load_part(tap, n), sum);
          }
        }
        store_part(dst + at + j, wasm_f32x4_add(sum, load_part(src + at + j, n)), n);
      }
    }
  }
}
