//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

type (
	f32x8 = archsimd.Float32x8
	i32x8 = archsimd.Int32x8
)

func splat(v float32) f32x8 { return archsimd.BroadcastFloat32x8(v) }

// maddV is madd for eight: rounded twice on purpose.
func maddV(a, b, c f32x8) f32x8 { return a.Mul(b).Add(c) }

// The processor's minimum and maximum return their second operand when one of
// the two is NaN, but the compiler holds them for commutative and picks the order:
// so where a NaN must come out as one, a comparison and a choice stand instead.

// clampDownV is clampDown for eight.
func clampDownV(x f32x8, hi float32) f32x8 {
	limit := splat(hi)
	return limit.IfElse(limit.Less(x), x)
}

// clampUpV is clampUp for eight.
func clampUpV(x f32x8, lo float32) f32x8 {
	limit := splat(lo)
	return limit.IfElse(x.Less(limit), x)
}

// foldV adds the elements of v in the order of fold.
func foldV(v f32x8) float32 {
	var l [8]float32
	v.StoreArray(&l)
	return fold(&l)
}

// rowSumAVX2 is rowSum.
func rowSumAVX2(x []float32) float32 {
	var l f32x8
	for ; len(x) >= 8; x = x[8:] {
		l = l.Add(archsimd.LoadFloat32x8(x))
	}
	s := foldV(l)
	for _, v := range x {
		s += v
	}
	return s
}
