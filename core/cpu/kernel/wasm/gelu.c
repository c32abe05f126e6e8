// GELU, in place: gelu.go.
#include "exp.h"

// The coefficients of h, the highest first.
enum { COEFFICIENTS = 10 };

typedef struct {
  int32_t magnitude;
  float end, slope, one, zero, h[COEFFICIENTS];
} gelu_constants;

INLINE v128_t gelu_magnitude(v128_t x, const gelu_constants *c) { return wasm_f32x4_pmin(wasm_v128_and(x, SPLAT(c->magnitude)), SPLAT(c->end)); }

// gelu_tail is what is to be taken from the positive part of x, given its magnitude
// and h of that.
INLINE v128_t gelu_tail(v128_t a, v128_t h, const gelu_constants *c) {
  v128_t w = madd(a, SPLAT(c->slope), SPLAT(c->one));
  w = wasm_f32x4_mul(w, w);
  w = wasm_f32x4_mul(w, w);
  w = wasm_f32x4_mul(w, w);
  return wasm_f32x4_mul(wasm_f32x4_mul(wasm_f32x4_mul(h, a), w), w);
}

INLINE v128_t gelu4(v128_t x, const gelu_constants *c) {
  v128_t a = gelu_magnitude(x, c), h = SPLAT(c->h[0]);
  for (int i = 1; i < COEFFICIENTS; i++) h = madd(h, a, SPLAT(c->h[i]));
  return wasm_f32x4_sub(wasm_f32x4_pmax(x, SPLAT(c->zero)), gelu_tail(a, h, c));
}

// Four vectors at a time: one waits for its product while the others multiply, and a
// coefficient is read once for all.
EXPORT(gelu_each)
void gelu_each(float *x, int n, const gelu_constants *c) {
  for (; n >= 16; n -= 16, x += 16) {
    v128_t a0 = gelu_magnitude(wasm_v128_load(x), c), a1 = gelu_magnitude(wasm_v128_load(x + 4), c);
    v128_t a2 = gelu_magnitude(wasm_v128_load(x + 8), c), a3 = gelu_magnitude(wasm_v128_load(x + 12), c);
    v128_t h0 = SPLAT(c->h[0]), h1 = h0, h2 = h0, h3 = h0;
#pragma clang loop unroll(full)
    for (int i = 1; i < COEFFICIENTS; i++) {
      v128_t k = SPLAT(c->h[i]);
      h0 = madd(h0, a0, k), h1 = madd(h1, a1, k), h2 = madd(h2, a2, k), h3 = madd(h3, a3, k);
    }
    v128_t zero = SPLAT(c->zero);
    wasm_v128_store(x, wasm_f32x4_sub(wasm_f32x4_pmax(wasm_v128_load(x), zero), gelu_tail(a0, h0, c)));
    wasm_v128_store(x + 4, wasm_f32x4_sub(wasm_f32x4_pmax(wasm_v128_load(x + 4), zero), gelu_tail(a1, h1, c)));
    wasm_v128_store(x + 8, wasm_f32x4_sub(wasm_f32x4_pmax(wasm_v128_load(x + 8), zero), gelu_tail(a2, h2, c)));
    wasm_v128_store(x + 12, wasm_f32x4_sub(wasm_f32x4_pmax(wasm_v128_load(x + 12), zero), gelu_tail(a3, h3, c)));
  }
  for (; n >= 4; n -= 4, x += 4) wasm_v128_store(x, gelu4(wasm_v128_load(x), c));
  if (n > 0) store_part(x, gelu4(load_part(x, n), c), n);
}
