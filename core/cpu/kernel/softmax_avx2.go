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

func softmaxBytesAVX2(dst []int8, scale, s []float32, lds int, bias []float32, ldb int, factor float32, m, n int) {
	for i := range m {
		row, out := s[i*lds:][:n], dst[i*n:][:n]
		var b []float32
		if bias != nil {
			b = bias[i*ldb:][:n]
		}
		shift := splat(scaleRowAVX2(row, b, factor))
		var sums i32x8
		for ; len(row) >= 16; row, out = row[16:], out[16:] {
			low, high := shareV(archsimd.LoadFloat32x8(row), shift), shareV(archsimd.LoadFloat32x8(row[8:]), shift)
			sums = sums.Add(low).Add(high)
			bytesV(low, high).Store(out)
		}
		sum := int32(0)
		if len(row) > 0 {
			v, k := archsimd.LoadFloat32x8Part(row)
			w, _ := archsimd.LoadFloat32x8Part(row[k:])
			bytesV(shareV(v, shift), shareV(w, shift)).StorePart(out)
			for _, p := range out {
				sum += int32(p)
			}
		}
		var l [8]int32
		sums.StoreArray(&l)
		for _, v := range l {
			sum += v
		}
		scale[i] = 1 / float32(sum)
	}
}

// shareV is roundedShare of e^(x-top) for eight.
func shareV(x, top f32x8) i32x8 {
	v := expV(x.Sub(top)).Mul(splat(certain))
	return roundToInt(v.IfElse(v.Greater(splat(0)), splat(0))) // a NaN is not greater
}
