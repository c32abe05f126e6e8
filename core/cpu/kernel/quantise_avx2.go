//go:build amd64 && goexperiment.simd

package kernel

import (
	"math"
	"simd/archsimd"
)

func quantiseRowsAVX2(dst []int8, scale, src []float32, lds, m, k int) {
	for i := range m {
		x, q := src[i*lds:][:k], dst[i*k:i*k+k]
		var inv float32
		scale[i], inv = scaleOf(maxAbsAVX2(x))
		quantiseRowAVX2(q, x, inv)
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
	return bytesV(quantiseToInt(a.Mul(factor)), quantiseToInt(b.Mul(factor)))
}

// bytesV makes bytes of sixteen small integers.
func bytesV(a, b i32x8) archsimd.Int8x16 {
	low, high := archsimd.LoadInt8x16Array(&bytesLow), archsimd.LoadInt8x16Array(&bytesHigh)
	return narrowV(a).PermuteOrZero(low).Or(narrowV(b).PermuteOrZero(high))
}

// bytesLow and bytesHigh bring the low bytes of eight int16 values into the low
// or the high half of a vector; an index of -1 leaves a zero.
var (
	bytesLow  = [16]int8{0, 2, 4, 6, 8, 10, 12, 14, -1, -1, -1, -1, -1, -1, -1, -1}
	bytesHigh = [16]int8{-1, -1, -1, -1, -1, -1, -1, -1, 0, 2, 4, 6, 8, 10, 12, 14}
)

// quantiseToInt rounds eight values as quantise does.
func quantiseToInt(v f32x8) i32x8 {
	low := splat(-limit)
	return roundToInt(v.IfElse(v.Greater(low), low).Min(splat(limit))) // a NaN is not greater
}

// roundToInt rounds eight small values.
func roundToInt(v f32x8) i32x8 {
	return v.Add(splat(rounder)).ToBits().BitsToInt32().Sub(archsimd.BroadcastInt32x8(rounderBits))
}

// narrowV makes int16 of eight integers and returns their bytes.
func narrowV(n i32x8) archsimd.Int8x16 {
	return n.GetLo().SaturateToInt16Concat(n.GetHi()).ToBits().ReshapeToUint8s().BitsToInt8()
}
