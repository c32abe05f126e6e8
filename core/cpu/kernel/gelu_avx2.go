//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

// geluV is gelu32 for eight.
func geluV(x f32x8) f32x8 {
	a := clampDownV(x.Abs(), geluEnd)
	t := splat(1).Div(maddV(a, splat(erfcP*sqrtHalf), splat(1)))
	p := maddV(splat(erfcA5), t, splat(erfcA4))
	p = maddV(p, t, splat(erfcA3))
	p = maddV(p, t, splat(erfcA2))
	p = maddV(p, t, splat(erfcA1))
	p = p.Mul(t)
	q := p.Mul(expV(a.Mul(a).Mul(splat(-0.5))))
	return clampUpV(x, 0).Sub(a.Mul(splat(0.5)).Mul(q))
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
