//go:build amd64 && goexperiment.simd

package kernel

import (
	"math"
	"simd/archsimd"
)

func quantiseRowsAVX2(dst []int8, scale, src []float32, m, k int) {
	for i := range m {
		x, q := src[i*k:i*k+k], dst[i*k:i*k+k]
		largest := maxAbsAVX2(x)
		if largest < tinyRow {
			scale[i] = 0
			clear(q)
			continue
		}
		scale[i] = largest / limit
		quantiseRowAVX2(q, x, limit/largest)
	}
}

// maxAbsAVX2 is the largest magnitude, found by the bits as in the scalar twin.
func maxAbsAVX2(x []float32) float32 {
	var tops i32x8
	magnitude := archsimd.BroadcastInt32x8(math.MaxInt32)
	for ; len(x) >= 8; x = x[8:] {
		tops = tops.Max(archsimd.LoadFloat32x8(x).ToBits().BitsToInt32().And(magnitude))
	}
	if len(x) > 0 {
		v, _ := archsimd.LoadFloat32x8Part(x)
		tops = tops.Max(v.ToBits().BitsToInt32().And(magnitude))
	}
	var l [8]int32
	tops.StoreArray(&l)
	top := l[0]
	for _, v := range l[1:] {
		top = max(top, v)
	}
	return math.Float32frombits(uint32(top))
}

func quantiseRowAVX2(q []int8, x []float32, inv float32) {
	factor := splat(inv)
	for ; len(x) >= 16; x, q = x[16:], q[16:] {
		quantiseV(archsimd.LoadFloat32x8(x), archsimd.LoadFloat32x8(x[8:]), factor).Store(q)
	}
	if len(x) > 0 {
		a, n := archsimd.LoadFloat32x8Part(x)
		b, _ := archsimd.LoadFloat32x8Part(x[n:])
		quantiseV(a, b, factor).StorePart(q)
	}
}

// quantiseV is quantise for sixteen.
func quantiseV(a, b, factor f32x8) archsimd.Int8x16 {
	low, high := archsimd.LoadInt8x16Array(&bytesLow), archsimd.LoadInt8x16Array(&bytesHigh)
	return roundV(a.Mul(factor)).PermuteOrZero(low).Or(roundV(b.Mul(factor)).PermuteOrZero(high))
}

// bytesLow and bytesHigh bring the low bytes of eight int16 values into the low
// or the high half of a vector; an index of -1 leaves a zero.
var (
	bytesLow  = [16]int8{0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1}
	bytesHigh = [16]int8{-1, -1, -1, -1, -1, -1, -1, -1, 0, 2, 4, 6, 8, 10, 12, 14}
)

// roundV rounds eight values to int16 and returns their bytes.
func roundV(v f32x8) archsimd.Int8x16 {
	low := splat(-limit)
	v = v.IfElse(v.Greater(low), low).Min(splat(limit)) // a NaN is not greater
	n := v.Add(splat(rounder)).ToBits().BitsToInt32().Sub(archsimd.BroadcastInt32x8(rounderBits))
	return n.GetLo().SaturateToInt16Concat(n.GetHi()).ToBits().ReshapeToUint8s().BitsToInt8()
}
