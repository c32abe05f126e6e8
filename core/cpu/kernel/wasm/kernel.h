// What the kernels share. They run on Go's memory and own none: no static data,
// no stack in memory (local arrays must dissolve into registers), no calls out
// of the module. The build checks that.
//
// Each function computes exactly what the scalar Go twin of the same name does,
// in the same order; formulas, sources and reasons stand there.
#pragma once

#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))

// A panel holds this many outputs: two vectors of four sums.
enum { PANEL_COLS = 8 };

INLINE int min_int(int a, int b) { return a < b ? a : b; }
INLINE int max_int(int a, int b) { return a > b ? a : b; }

// Two roundings, like everywhere else: WebAssembly has no fused form.
INLINE v128_t madd(v128_t a, v128_t b, v128_t c) {
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
}

// pmin(a, b) is b < a ? b : a, so a NaN in x stays.
INLINE v128_t clamp_down(v128_t x, float hi) {
  return wasm_f32x4_pmin(x, wasm_f32x4_splat(hi));
}
INLINE v128_t clamp_up(v128_t x, float lo) {
  return wasm_f32x4_pmax(x, wasm_f32x4_splat(lo));
}

// Up to four values, zeros beyond the n-th.
INLINE v128_t load_part(const float *p, int n) {
  if (n >= 4) return wasm_v128_load(p);
  v128_t v = wasm_f32x4_const_splat(0);
  if (n > 0) v = wasm_v128_load32_zero(p);
  if (n > 1) v = wasm_v128_load32_lane(p + 1, v, 1);
  if (n > 2) v = wasm_v128_load32_lane(p + 2, v, 2);
  return v;
}

INLINE void store_part(float *p, v128_t v, int n) {
  if (n >= 4) {
    wasm_v128_store(p, v);
    return;
  }
  if (n > 0) wasm_v128_store32_lane(p, v, 0);
  if (n > 1) wasm_v128_store32_lane(p + 1, v, 1);
  if (n > 2) wasm_v128_store32_lane(p + 2, v, 2);
}

// What a panel's sums, in two vectors, leave of a row of n values. The edge is a
// function of its own because inlining it wherever a tile ends would double the
// size of the products.
static __attribute__((noinline)) void store_edge(float *p, v128_t low, v128_t high, int n) {
  store_part(p, low, n);
  store_part(p + 4, high, n - 4);
}

INLINE void store_cols(float *p, v128_t low, v128_t high, int n) {
  if (n < PANEL_COLS) {
    store_edge(p, low, high, n);
    return;
  }
  wasm_v128_store(p, low);
  wasm_v128_store(p + 4, high);
}

// sum_lanes adds four integers.
INLINE int32_t sum_lanes(v128_t v) {
  return (wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1)) + (wasm_i32x4_extract_lane(v, 2) + wasm_i32x4_extract_lane(v, 3));
}

// fold adds eight partial sums by halves.
INLINE float fold(v128_t low, v128_t high) {
  v128_t t = wasm_f32x4_add(low, high);
  return (wasm_f32x4_extract_lane(t, 0) + wasm_f32x4_extract_lane(t, 2)) +
         (wasm_f32x4_extract_lane(t, 1) + wasm_f32x4_extract_lane(t, 3));
}

INLINE float row_sum(const float *x, int n) {
  v128_t low = wasm_f32x4_const_splat(0), high = low;
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    low = wasm_f32x4_add(low, wasm_v128_load(x + i));
    high = wasm_f32x4_add(high, wasm_v128_load(x + i + 4));
  }
  float s = fold(low, high);
  for (; i < n; i++) s += x[i];
  return s;
}
