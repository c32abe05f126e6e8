//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

// expV is exp32 for eight.
func expV(x f32x8) f32x8 {
	x = clampUpV(clampDownV(x, expHi), expLo)
	shifted := maddV(x, splat(log2e), splat(rounder))
	n := shifted.Sub(splat(rounder))
	r := maddV(n, splat(-ln2Lo), maddV(n, splat(-ln2Hi), x))
	p := maddV(splat(expP0), r, splat(expP1))
	p = maddV(p, r, splat(expP2))
	p = maddV(p, r, splat(expP3))
	p = maddV(p, r, splat(expP4))
	p = maddV(p, r, splat(expP5))
	p = maddV(p, r.Mul(r), r).Add(splat(1))
	e := shifted.ToBits().BitsToInt32().Sub(archsimd.BroadcastInt32x8(rounderBits))
	half := e.ShiftAllRight(1)
	return p.Mul(pow2V(half)).Mul(pow2V(e.Sub(half)))
}

// pow2V is pow2 for eight.
func pow2V(n i32x8) f32x8 {
	return n.Add(archsimd.BroadcastInt32x8(127)).ShiftAllLeft(23).ToBits().BitsToFloat32()
}

func sigmoidV(x f32x8) f32x8 {
	one := splat(1)
	return one.Div(one.Add(expV(x.Neg())))
}

func expEachAVX2(x []float32) {
	for ; len(x) >= 8; x = x[8:] {
		expV(archsimd.LoadFloat32x8(x)).Store(x)
	}
	if len(x) > 0 {
		v, _ := archsimd.LoadFloat32x8Part(x)
		expV(v).StorePart(x)
	}
}

func sigmoidEachAVX2(x []float32) {
	for ; len(x) >= 8; x = x[8:] {
		sigmoidV(archsimd.LoadFloat32x8(x)).Store(x)
	}
	if len(x) > 0 {
		v, _ := archsimd.LoadFloat32x8Part(x)
		sigmoidV(v).StorePart(x)
	}
}
