// Rounding to seven bits: quantise.go.
#pragma once

#include "kernel.h"

static const float limit = 63, tiny_row = 0x1p-120f;

// to_integers rounds small values to the nearest integers.
INLINE v128_t to_integers(v128_t v) {
  const v128_t rounder = wasm_f32x4_const_splat(12582912.0f);
  return wasm_i32x4_sub(wasm_f32x4_add(v, rounder), rounder);
}

// round4 rounds x·inv to integers within ±limit, NaN to -limit.
INLINE v128_t round4(v128_t x, v128_t inv) {
  v128_t v = wasm_f32x4_pmax(wasm_f32x4_const_splat(-limit), wasm_f32x4_mul(x, inv));
  return to_integers(clamp_down(v, limit));
}
