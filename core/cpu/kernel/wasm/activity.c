// What two-scale blending measures in a line of its sources: activity.go.
#include "kernel.h"

EXPORT(grey)
void grey(float *dst, const float *r, const float *g, const float *b, int n) {
  const v128_t three = wasm_f32x4_const_splat(3.0f);
  int x = 0;
  for (; x + 4 <= n; x += 4) {
    v128_t sum = wasm_f32x4_add(wasm_f32x4_add(wasm_v128_load(r + x), wasm_v128_load(g + x)), wasm_v128_load(b + x));
    wasm_v128_store(dst + x, wasm_f32x4_div(sum, three));
  }
  for (; x < n; x++) dst[x] = (r[x] + g[x] + b[x]) / 3.0f;
}

INLINE void laplacian_at(float *dst, const float *up, const float *here, const float *down, int x, int n) {
  float around = up[x] + down[x] + here[max_int(x - 1, 0)] + here[min_int(x + 1, n - 1)];
  dst[x] = __builtin_fabsf(4.0f * here[x] - around);
}

EXPORT(laplacian)
void laplacian(float *dst, const float *up, const float *here, const float *down, int n) {
  const v128_t four = wasm_f32x4_const_splat(4.0f);
  laplacian_at(dst, up, here, down, 0, n);
  int x = 1;
  for (; x + 5 <= n; x += 4) {
    v128_t around = wasm_f32x4_add(wasm_v128_load(up + x), wasm_v128_load(down + x));
    around = wasm_f32x4_add(wasm_f32x4_add(around, wasm_v128_load(here + x - 1)), wasm_v128_load(here + x + 1));
    wasm_v128_store(dst + x, wasm_f32x4_abs(wasm_f32x4_sub(wasm_f32x4_mul(wasm_v128_load(here + x), four), around)));
  }
  for (; x < n; x++) laplacian_at(dst, up, here, down, x, n);
}

EXPORT(contrast)
void contrast(float *a, const float *b, float floor, int n) {
  int x = 0;
  for (; x + 4 <= n; x += 4) {
    v128_t va = wasm_v128_load(a + x), vb = wasm_v128_load(b + x);
    v128_t sum = wasm_f32x4_add(wasm_f32x4_add(va, vb), wasm_f32x4_splat(floor));
    wasm_v128_store(a + x, wasm_f32x4_div(wasm_f32x4_sub(va, vb), sum));
  }
  for (; x < n; x++) a[x] = (a[x] - b[x]) / (a[x] + b[x] + floor);
}
