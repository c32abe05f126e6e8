// The element-wise functions, in place: exp.go, log.go, gelu.go.
#include "exp.h"

INLINE v128_t sigmoid4(v128_t x, const exp_vectors c) {
  return wasm_f32x4_div(c.one, wasm_f32x4_add(c.one, exp4(wasm_f32x4_neg(x), c)));
}

typedef struct {
  int32_t magnitude;
  float end, p, minus_half, half, a1, a2, a3, a4, a5, zero;
} gelu_constants;

typedef struct {
  v128_t magnitude, end, p, minus_half, half, a1, a2, a3, a4, a5, zero;
} gelu_vectors;

INLINE gelu_vectors gelu_load(const gelu_constants *c) {
  return (gelu_vectors){
      SPLAT(c->magnitude), SPLAT(c->end), SPLAT(c->p), SPLAT(c->minus_half), SPLAT(c->half),
      SPLAT(c->a1), SPLAT(c->a2), SPLAT(c->a3), SPLAT(c->a4), SPLAT(c->a5), SPLAT(c->zero),
  };
}

// The parts of GELU: with a the magnitude of x, e^power times the polynomial is
// erfc(a/√2), and the sum takes a half of a times that from what is positive of x.
INLINE v128_t gelu_magnitude(v128_t x, const gelu_vectors c) { return wasm_f32x4_pmin(wasm_v128_and(x, c.magnitude), c.end); }

INLINE v128_t gelu_power(v128_t a, const gelu_vectors c) { return wasm_f32x4_mul(wasm_f32x4_mul(a, a), c.minus_half); }

INLINE v128_t gelu_polynomial(v128_t a, v128_t one, const gelu_vectors c) {
  v128_t t = wasm_f32x4_div(one, madd(a, c.p, one));
  v128_t p = madd(c.a5, t, c.a4);
  p = madd(p, t, c.a3);
  p = madd(p, t, c.a2);
  p = madd(p, t, c.a1);
  return wasm_f32x4_mul(p, t);
}

INLINE v128_t gelu_sum(v128_t x, v128_t a, v128_t polynomial, v128_t power, const gelu_vectors c) {
  v128_t tail = wasm_f32x4_mul(wasm_f32x4_mul(a, c.half), wasm_f32x4_mul(polynomial, power));
  return wasm_f32x4_sub(wasm_f32x4_pmax(x, c.zero), tail);
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

// work has room for three strips.
EXPORT(gelu_each)
void gelu_each(float *x, int n, const exp_constants *exp, const gelu_constants *gelu, float *work) {
  exp_vectors e = exp_load(exp);
  gelu_vectors c = gelu_load(gelu);
  float *polynomials = work, *r = work + STRIP, *scales = work + 2 * STRIP;
  for (int strip; n >= 4; n -= strip, x += strip) {
    strip = min_int(STRIP, n & ~3);
    for (int i = 0; i < strip; i += 4) {
      v128_t a = gelu_magnitude(wasm_v128_load(x + i), c);
      exp_half h = exp_down_first(gelu_power(a, c), e);
      wasm_v128_store(r + i, h.r);
      wasm_v128_store(scales + i, h.scale);
      wasm_v128_store(polynomials + i, gelu_polynomial(a, e.one, c));
    }
    for (int i = 0; i < strip; i += 4) {
      v128_t power = exp_down_second((exp_half){wasm_v128_load(r + i), wasm_v128_load(scales + i)}, e);
      v128_t v = wasm_v128_load(x + i);
      wasm_v128_store(x + i, gelu_sum(v, gelu_magnitude(v, c), wasm_v128_load(polynomials + i), power, c));
    }
  }
  if (n > 0) {
    v128_t v = load_part(x, n), a = gelu_magnitude(v, c);
    store_part(x, gelu_sum(v, a, gelu_polynomial(a, e.one, c), exp_down4(gelu_power(a, c), e), c), n);
  }
}
