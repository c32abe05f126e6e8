// The element-wise functions, in place: exp.go, log.go.
#include "exp.h"

INLINE v128_t sigmoid4(v128_t x, const exp_vectors c) {
  return wasm_f32x4_div(c.one, wasm_f32x4_add(c.one, exp4(wasm_f32x4_neg(x), c)));
}

// Every case is computed, and the fitting one chosen.
INLINE v128_t log4(v128_t x) {
  const v128_t zero = wasm_f32x4_const_splat(0.0f), one = wasm_f32x4_const_splat(1.0f);
  const v128_t sqrt_half_bits = wasm_i32x4_const_splat(0x3F3504F3);
  v128_t subnormal = wasm_f32x4_lt(x, wasm_f32x4_const_splat(0x1p-126f));
  v128_t b = wasm_v128_bitselect(wasm_f32x4_mul(x, wasm_f32x4_const_splat(0x1p23f)), x, subnormal);
  b = wasm_i32x4_add(b, wasm_i32x4_const_splat(0x3F800000 - 0x3F3504F3));
  v128_t e = wasm_i32x4_sub(wasm_i32x4_shr(b, 23), wasm_i32x4_const_splat(127));
  v128_t n = wasm_f32x4_convert_i32x4(e);
  n = wasm_f32x4_sub(n, wasm_v128_and(wasm_f32x4_const_splat(23.0f), subnormal));
  v128_t f = wasm_i32x4_add(wasm_v128_and(b, wasm_i32x4_const_splat((1 << 23) - 1)), sqrt_half_bits);
  f = wasm_f32x4_sub(f, one);
  v128_t p = madd(wasm_f32x4_const_splat(7.0376836292e-2f), f, wasm_f32x4_const_splat(-1.1514610310e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(1.1676998740e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(-1.2420140846e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(1.4249322787e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(-1.6668057665e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(2.0000714765e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(-2.4999993993e-1f));
  p = madd(p, f, wasm_f32x4_const_splat(3.3333331174e-1f));
  v128_t z = wasm_f32x4_mul(f, f);
  v128_t y = madd(n, wasm_f32x4_const_splat(-2.12194440e-4f), wasm_f32x4_mul(wasm_f32x4_mul(f, z), p));
  y = madd(z, wasm_f32x4_const_splat(-0.5f), y);
  y = madd(n, wasm_f32x4_const_splat(0.693359375f), wasm_f32x4_add(f, y));

  y = wasm_v128_bitselect(y, x, wasm_f32x4_le(x, wasm_f32x4_const_splat(__FLT_MAX__)));
  y = wasm_v128_bitselect(wasm_f32x4_const_splat(-__builtin_inff()), y, wasm_f32x4_eq(x, zero));
  return wasm_v128_bitselect(wasm_f32x4_const_splat(__builtin_nanf("")), y, wasm_f32x4_lt(x, zero));
}

// EACH applies f, a function of v, to all of x.
#define EACH(f)                                                \
  int i = 0;                                                   \
  for (; i + 4 <= n; i += 4) {                                 \
    v128_t v = wasm_v128_load(x + i);                          \
    wasm_v128_store(x + i, f);                                 \
  }                                                            \
  if (i < n) {                                                 \
    v128_t v = load_part(x + i, n - i);                        \
    store_part(x + i, f, n - i);                               \
  }

EXPORT(exp_each)
void exp_each(float *x, int n, const exp_constants *constants) {
  exp_vectors c = exp_load(constants);
  EACH(exp4(v, c))
}

EXPORT(sigmoid_each)
void sigmoid_each(float *x, int n, const exp_constants *constants) {
  exp_vectors c = exp_load(constants);
  EACH(sigmoid4(v, c))
}

EXPORT(log_each)
void log_each(float *x, int n) { EACH(log4(v)) }
