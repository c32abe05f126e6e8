// Element-wise arithmetic: arithmetic.go.
#include "kernel.h"

EXPORT(add)
void add(float *z, const float *x, int n) {
  int i = 0;
  for (; i + 4 <= n; i += 4) wasm_v128_store(z + i, wasm_f32x4_add(wasm_v128_load(z + i), wasm_v128_load(x + i)));
  for (; i < n; i++) z[i] += x[i];
}

EXPORT(mul_add)
void mul_add(float *z, const float *x, const float *y, int n) {
  int i = 0;
  for (; i + 4 <= n; i += 4) wasm_v128_store(z + i, madd(wasm_v128_load(x + i), wasm_v128_load(y + i), wasm_v128_load(z + i)));
  for (; i < n; i++) z[i] += x[i] * y[i];
}

EXPORT(mix)
void mix(float *dst, const float *a, const float *b, float fa, float fb, int n) {
  v128_t va = wasm_f32x4_splat(fa), vb = wasm_f32x4_splat(fb);
  int i = 0;
  for (; i + 4 <= n; i += 4) wasm_v128_store(dst + i, madd(wasm_v128_load(a + i), va, wasm_f32x4_mul(wasm_v128_load(b + i), vb)));
  for (; i < n; i++) dst[i] = a[i] * fa + b[i] * fb;
}

EXPORT(blend)
void blend(float *dst, const float *a, const float *b, const float *share, int n) {
  const v128_t one = wasm_f32x4_const_splat(1.0f);
  int i = 0;
  for (; i + 4 <= n; i += 4) {
    v128_t f = wasm_v128_load(share + i);
    wasm_v128_store(dst + i, madd(f, wasm_v128_load(a + i), wasm_f32x4_mul(wasm_f32x4_sub(one, f), wasm_v128_load(b + i))));
  }
  for (; i < n; i++) dst[i] = share[i] * a[i] + (1.0f - share[i]) * b[i];
}
