//go:build amd64 && goexperiment.simd

package kernel

import (
	"math"
	"simd/archsimd"
)

func softmaxRowsAVX2(s []float32, lds int, bias []float32, ldb int, scale float32, m, n int) {
	for i := range m {
		row := s[i*lds:][:n]
		var b []float32
		if bias != nil {
			b = bias[i*ldb:][:n]
		}
		top := scaleRowAVX2(row, b, scale)
		expShiftedAVX2(row, top)
		scaleRowAVX2(row, nil, 1/rowSumAVX2(row))
	}
}

// scaleRowAVX2 replaces row by row·scale + bias, where there is one, and returns
// the largest element.
func scaleRowAVX2(row, bias []float32, scale float32) float32 {
	factor := splat(scale)
	tops := splat(float32(math.Inf(-1)))
	for ; len(row) >= 8; row = row[8:] {
		v := archsimd.LoadFloat32x8(row).Mul(factor)
		if bias != nil {
			v = v.Add(archsimd.LoadFloat32x8(bias))
			bias = bias[8:]
		}
		v.Store(row)
		tops = v.Max(tops)
	}
	var l [8]float32
	tops.StoreArray(&l)
	top := l[0]
	for _, v := range l[1:] {
		top = clampUp(top, v)
	}
	for j, v := range row {
		v = float32(v * scale)
		if bias != nil {
			v += bias[j]
		}
		row[j] = v
		top = clampUp(top, v)
	}
	return top
}

// expShiftedAVX2 replaces row by e^(row-top).
func expShiftedAVX2(row []float32, top float32) {
	shift := splat(top)
	for ; len(row) >= 8; row = row[8:] {
		expV(archsimd.LoadFloat32x8(row).Sub(shift)).Store(row)
	}
	if len(row) > 0 {
		v, _ := archsimd.LoadFloat32x8Part(row)
		expV(v.Sub(shift)).StorePart(row)
	}
}
