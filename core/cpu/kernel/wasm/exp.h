// The exponential for four values: exp32 in exp.go.
#pragma once

#include "kernel.h"

INLINE v128_t pow2(v128_t n) {
  return wasm_i32x4_shl(wasm_i32x4_add(n, wasm_i32x4_const_splat(127)), 23);
}

INLINE v128_t exp4(v128_t x) {
  const v128_t rounder = wasm_f32x4_const_splat(12582912.0f);
  x = clamp_up(clamp_down(x, 89.0f), -104.0f);
  v128_t shifted = madd(x, wasm_f32x4_const_splat(1.44269504088896341f), rounder);
  v128_t n = wasm_f32x4_sub(shifted, rounder);
  v128_t r = madd(n, wasm_f32x4_const_splat(-0.693359375f), x);
  r = madd(n, wasm_f32x4_const_splat(2.12194440e-4f), r);
  v128_t p = madd(wasm_f32x4_const_splat(1.9875691500e-4f), r, wasm_f32x4_const_splat(1.3981999507e-3f));
  p = madd(p, r, wasm_f32x4_const_splat(8.3334519073e-3f));
  p = madd(p, r, wasm_f32x4_const_splat(4.1665795894e-2f));
  p = madd(p, r, wasm_f32x4_const_splat(1.6666665459e-1f));
  p = madd(p, r, wasm_f32x4_const_splat(5.0000001201e-1f));
  p = madd(p, wasm_f32x4_mul(r, r), r);
  p = wasm_f32x4_add(p, wasm_f32x4_const_splat(1.0f));
  v128_t e = wasm_i32x4_sub(shifted, rounder);
  v128_t half = wasm_i32x4_shr(e, 1);
  return wasm_f32x4_mul(wasm_f32x4_mul(p, pow2(half)), pow2(wasm_i32x4_sub(e, half)));
}
