// z[idx[i]] += x[i] for rows of c values: rows.go.
#include "kernel.h"

EXPORT(add_rows)
void add_rows(float *z, const float *x, const int32_t *idx, int m, int c) {
  for (int i = 0; i < m; i++, x += c) {
    float *to = z + idx[i] * c;
    int j = 0;
    for (; j + 4 <= c; j += 4) wasm_v128_store(to + j, wasm_f32x4_add(wasm_v128_load(to + j), wasm_v128_load(x + j)));
    for (; j < c; j++) to[j] += x[j];
  }
}
