//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

// geluV is gelu32 for eight.
func geluV(x f32x8) f32x8 {
	a := clampDownV(x.Abs(), geluEnd)
	h := maddV(splat(geluH9), a, splat(geluH8))
	h = maddV(h, a, splat(geluH7))
	h = maddV(h, a, splat(geluH6))
	h = maddV(h, a, splat(geluH5))
	h = maddV(h, a, splat(geluH4))
	h = maddV(h, a, splat(geluH3))
	h = maddV(h, a, splat(geluH2))
	h = maddV(h, a, splat(geluH1))
	h = maddV(h, a, splat(geluH0))
	w := maddV(a, splat(-1/geluEnd), splat(1))
	w = w.Mul(w)
	w = w.Mul(w)
	w = w.Mul(w)
	return clampUpV(x, 0).Sub(h.Mul(a).Mul(w).Mul(w))
}

func geluEachAVX2(x []float32) {
	for ; len(x) >= 8; x = x[8:] {
		geluV(archsimd.LoadFloat32x8(x)).Store(x)
	}
	if len(x) > 0 {
		v, _ := archsimd.LoadFloat32x8Part(x)
		geluV(v).StorePart(x)
	}
}
