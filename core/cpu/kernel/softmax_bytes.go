package kernel

import (
	"math"

	"tcmoa/core"
)

// certain is the largest share.
const certain = core.CertainShare

// SoftmaxBytes makes bytes of the softmax of m rows of s (n wide, lds apart), for
// [GemmI8]:
//
//	x        = s[i,·]·factor + bias[i,·]
//	dst[i,j] = 127·e^(x[j] - max x), rounded to the nearest, ties to even
//	scale[i] = 1 / Σ_j dst[i,j]
//
// so that dst[i,j]·scale[i] is the probability. The sum is exact. dst is m×n and
// contiguous; bias (m×n, rows ldb apart) may be nil; s is used up. An x that is NaN
// counts as -Inf. A row without any other, or with +Inf, has the scale +Inf.
func SoftmaxBytes(dst []int8, scale, s []float32, lds int, bias []float32, ldb int, factor float32, m, n int) {
	wantMin("m", m, 0)
	wantMin("n", n, 1)
	wantLen("dst", len(dst), m*n)
	wantLen("scale", len(scale), m)
	wantRows("s", len(s), m, n, lds)
	if bias != nil {
		wantRows("bias", len(bias), m, n, ldb)
	}
	if m > 0 {
		softmaxBytes(dst, scale, s, lds, bias, ldb, factor, m, n)
	}
}

func softmaxBytesScalar(dst []int8, scale, s []float32, lds int, bias []float32, ldb int, factor float32, m, n int) {
	for i := range m {
		row, out := s[i*lds:][:n], dst[i*n:][:n]
		var b []float32
		if bias != nil {
			b = bias[i*ldb:][:n]
		}
		top, sum := scaleRow(row, b, factor), int32(0)
		for j, v := range row {
			p := roundedShare(exp32(v - top))
			out[j] = int8(p)
			sum += p
		}
		scale[i] = 1 / float32(sum)
	}
}

// roundedShare is e in parts of 127, NaN none.
func roundedShare(e float32) int32 {
	v := float32(e * certain)
	if !(v > 0) {
		v = 0
	}
	return int32(math.Float32bits(v+rounder)) - rounderBits
}
