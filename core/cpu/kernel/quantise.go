package kernel

import (
	"math"

	"tcmoa/core"
)

// limit is the largest magnitude of a quantised value.
const limit = core.ActivationLimit

// tinyRow is the magnitude below which a row counts as zero: limit divided by
// anything smaller would leave the range of a float32.
const tinyRow = 0x1p-120

// QuantiseRows quantises every row of src (m×k, rows lds apart) symmetrically to the
// seven bits that [GemmI8] takes, ±[core.ActivationLimit]:
//
//	scale[i] = max|src[i]| / 63
//	dst[i,j] = src[i,j] · (63 / max|src[i]|), rounded to the nearest, ties to even
//
// A row of magnitude below 2⁻¹²⁰ gets scale 0 and zeros. A row with an infinity
// or a NaN gets it as its scale, so that it shows in the product.
func QuantiseRows(dst []int8, scale, src []float32, lds, m, k int) {
	wantMin("m", m, 0)
	wantMin("k", k, 1)
	wantLen("dst", len(dst), m*k)
	wantLen("scale", len(scale), m)
	wantRows("src", len(src), m, k, lds)
	if m > 0 {
		quantiseRows(dst, scale, src, lds, m, k)
	}
}

func quantiseRowsScalar(dst []int8, scale, src []float32, lds, m, k int) {
	for i := range m {
		x, q := src[i*lds:][:k], dst[i*k:i*k+k]
		// The bits of magnitudes compare as integers like the magnitudes do, and a
		// NaN exceeds them all.
		var top uint32
		for _, v := range x {
			top = max(top, math.Float32bits(v)&^(1<<31))
		}
		var inv float32
		scale[i], inv = scaleOf(math.Float32frombits(top))
		for j, v := range x {
			q[j] = quantise(float32(v * inv))
		}
	}
}

// scaleOf is what quantised values are to be multiplied by, and what values are
// multiplied by before they are rounded, for the largest magnitude of them.
func scaleOf(largest float32) (scale, inv float32) {
	if largest < tinyRow {
		return 0, 0
	}
	return largest / limit, limit / largest
}

// quantise rounds v to the nearest integer within ±limit, NaN to -limit.
func quantise(v float32) int8 {
	if !(v > -limit) {
		v = -limit
	}
	v = clampDown(v, limit)
	return int8(int32(math.Float32bits(v+rounder)) - rounderBits)
}
