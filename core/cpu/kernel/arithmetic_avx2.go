//go:build amd64 && goexperiment.simd

package kernel

import "simd/archsimd"

func addAVX2(z, x []float32) {
	for ; len(z) >= 8; z, x = z[8:], x[8:] {
		archsimd.LoadFloat32x8(z).Add(archsimd.LoadFloat32x8(x)).Store(z)
	}
	addScalar(z, x)
}

func mulAddAVX2(z, x, y []float32) {
	for ; len(z) >= 8; z, x, y = z[8:], x[8:], y[8:] {
		maddV(archsimd.LoadFloat32x8(x), archsimd.LoadFloat32x8(y), archsimd.LoadFloat32x8(z)).Store(z)
	}
	mulAddScalar(z, x, y)
}

func mixAVX2(dst, a, b []float32, fa, fb float32) {
	va, vb := splat(fa), splat(fb)
	for ; len(dst) >= 8; dst, a, b = dst[8:], a[8:], b[8:] {
		maddV(archsimd.LoadFloat32x8(a), va, archsimd.LoadFloat32x8(b).Mul(vb)).Store(dst)
	}
	mixScalar(dst, a, b, fa, fb)
}

func blendAVX2(dst, a, b, share []float32) {
	one := splat(1)
	for ; len(dst) >= 8; dst, a, b, share = dst[8:], a[8:], b[8:], share[8:] {
		f := archsimd.LoadFloat32x8(share)
		maddV(f, archsimd.LoadFloat32x8(a), one.Sub(f).Mul(archsimd.LoadFloat32x8(b))).Store(dst)
	}
	blendScalar(dst, a, b, share)
}
