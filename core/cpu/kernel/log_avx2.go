//go:build amd64 && goexperiment.simd

package kernel

import (
	"math"
	"simd/archsimd"
)

// logV is log32 for eight: every case is computed, and the fitting one chosen.
func logV(x f32x8) f32x8 {
	var zero f32x8
	subnormal := x.Less(splat(0x1p-126))
	b := x.Mul(splat(0x1p23)).IfElse(subnormal, x).ToBits().BitsToInt32()
	b = b.Add(archsimd.BroadcastInt32x8(oneBits - sqrtHalfBits))
	e := b.ShiftAllRight(23).Sub(archsimd.BroadcastInt32x8(127))
	n := e.ConvertToFloat32().Sub(splat(23).IfElse(subnormal, zero))
	f := b.And(archsimd.BroadcastInt32x8(1<<23 - 1)).Add(archsimd.BroadcastInt32x8(sqrtHalfBits)).ToBits().BitsToFloat32().Sub(splat(1))
	p := maddV(splat(logP0), f, splat(logP1))
	p = maddV(p, f, splat(logP2))
	p = maddV(p, f, splat(logP3))
	p = maddV(p, f, splat(logP4))
	p = maddV(p, f, splat(logP5))
	p = maddV(p, f, splat(logP6))
	p = maddV(p, f, splat(logP7))
	p = maddV(p, f, splat(logP8))
	z := f.Mul(f)
	y := maddV(n, splat(ln2Lo), f.Mul(z).Mul(p))
	y = maddV(z, splat(-0.5), y)
	y = maddV(n, splat(ln2Hi), f.Add(y))

	y = y.IfElse(x.LessEqual(splat(math.MaxFloat32)), x)
	y = y.IfElse(x.NotEqual(zero), splat(float32(math.Inf(-1))))
	return splat(float32(math.NaN())).IfElse(x.Less(zero), y)
}

func logEachAVX2(x []float32) {
	for ; len(x) >= 8; x = x[8:] {
		logV(archsimd.LoadFloat32x8(x)).Store(x)
	}
	if len(x) > 0 {
		v, _ := archsimd.LoadFloat32x8Part(x)
		logV(v).StorePart(x)
	}
}
