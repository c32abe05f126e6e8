// The exponential for four values: exp32 in exp.go.
#pragma once

#include "kernel.h"

// A function's constants come from memory, laid out as in constants_wasm.go, and
// are read before its loop: engines make a constant that stands in the code anew
// in every round, by three instructions each. That way they also stand in Go
// alone.
#define SPLAT(field) wasm_v128_load32_splat(&(field))

typedef struct {
  float high, low, log2e, rounder, minus_ln2_high, minus_ln2_low, p0, p1, p2, p3, p4, p5, one;
  int32_t bias, down_bias;
  float down;
} exp_constants;

typedef struct {
  v128_t high, low, log2e, rounder, minus_ln2_high, minus_ln2_low, p0, p1, p2, p3, p4, p5, one, bias, down_bias, down;
} exp_vectors;

INLINE exp_vectors exp_load(const exp_constants *c) {
  return (exp_vectors){
      SPLAT(c->high), SPLAT(c->low), SPLAT(c->log2e), SPLAT(c->rounder), SPLAT(c->minus_ln2_high), SPLAT(c->minus_ln2_low),
      SPLAT(c->p0), SPLAT(c->p1), SPLAT(c->p2), SPLAT(c->p3), SPLAT(c->p4), SPLAT(c->p5),
      SPLAT(c->one), SPLAT(c->bias), SPLAT(c->down_bias), SPLAT(c->down),
  };
}

// exp_polynomial is e^r for r of at most half of ln 2.
INLINE v128_t exp_polynomial(v128_t r, const exp_vectors c) {
  v128_t p = madd(c.p0, r, c.p1);
  p = madd(p, r, c.p2);
  p = madd(p, r, c.p3);
  p = madd(p, r, c.p4);
  p = madd(p, r, c.p5);
  return wasm_f32x4_add(madd(p, wasm_f32x4_mul(r, r), r), c.one);
}

// exp_remainder returns r and sets n so that e^x is e^r·2ⁿ. n is the sum that was
// rounded to it: its low nine bits are those of the integer.
INLINE v128_t exp_remainder(v128_t x, v128_t *n, const exp_vectors c) {
  *n = madd(x, c.log2e, c.rounder);
  v128_t whole = wasm_f32x4_sub(*n, c.rounder);
  return madd(whole, c.minus_ln2_low, madd(whole, c.minus_ln2_high, x));
}

// pow2 is 2ⁿ with n in the low bits; bias is a float32's exponent of 1.
INLINE v128_t pow2(v128_t n, v128_t bias) { return wasm_i32x4_shl(wasm_i32x4_add(n, bias), 23); }

INLINE v128_t exp4(v128_t x, const exp_vectors c) {
  // pmin(a, b) is b < a ? b : a, so a NaN in x stays.
  v128_t n, r = exp_remainder(wasm_f32x4_pmax(wasm_f32x4_pmin(x, c.high), c.low), &n, c);
  v128_t e = wasm_i32x4_sub(n, c.rounder), half = wasm_i32x4_shr(e, 1);
  return wasm_f32x4_mul(wasm_f32x4_mul(exp_polynomial(r, c), pow2(half, c.bias)), pow2(wasm_i32x4_sub(e, half), c.bias));
}

// For x that are not above 0 it takes less: 2ⁿ⁺⁶⁴ is a normal number for all of
// them, and only the last product rounds, as in exp4.
//
// It comes in two halves. The operations of one value depend on each other, and a
// processor sees no further ahead than a few values if each takes fifty: where the
// first half of a strip of values is done before the second begins, with what lies
// between them in the first-level cache, it finds more to do at once, and takes
// half the time.
enum { STRIP = 256 };

typedef struct {
  v128_t r, scale;
} exp_half;

INLINE exp_half exp_down_first(v128_t x, const exp_vectors c) {
  v128_t n, r = exp_remainder(wasm_f32x4_pmax(x, c.low), &n, c);
  return (exp_half){r, pow2(n, c.down_bias)};
}

INLINE v128_t exp_down_second(exp_half h, const exp_vectors c) {
  return wasm_f32x4_mul(wasm_f32x4_mul(exp_polynomial(h.r, c), h.scale), c.down);
}

INLINE v128_t exp_down4(v128_t x, const exp_vectors c) { return exp_down_second(exp_down_first(x, c), c); }
