package kernel

// Element-wise arithmetic on rows of equal length, for what goes over them once:
// everything else is better fused into the kernel before or after it.

// Add adds x to z.
func Add(z, x []float32) {
	wantLen("x", len(x), len(z))
	if len(z) > 0 {
		add(z, x)
	}
}

// MulAdd adds the products of x and y to z.
func MulAdd(z, x, y []float32) {
	wantLen("x", len(x), len(z))
	wantLen("y", len(y), len(z))
	if len(z) > 0 {
		mulAdd(z, x, y)
	}
}

// Mix sets dst to a·fa + b·fb. dst may be a or b.
func Mix(dst, a, b []float32, fa, fb float32) {
	wantLen("a", len(a), len(dst))
	wantLen("b", len(b), len(dst))
	if len(dst) > 0 {
		mix(dst, a, b, fa, fb)
	}
}

// Blend sets dst to share·a + (1-share)·b, element by element. dst may be a, b or
// share.
func Blend(dst, a, b, share []float32) {
	wantLen("a", len(a), len(dst))
	wantLen("b", len(b), len(dst))
	wantLen("share", len(share), len(dst))
	if len(dst) > 0 {
		blend(dst, a, b, share)
	}
}

func addScalar(z, x []float32) {
	x = x[:len(z)]
	for i := range z {
		z[i] += x[i]
	}
}

func mulAddScalar(z, x, y []float32) {
	x, y = x[:len(z)], y[:len(z)]
	for i := range z {
		z[i] = madd(x[i], y[i], z[i])
	}
}

func mixScalar(dst, a, b []float32, fa, fb float32) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = madd(a[i], fa, float32(b[i]*fb))
	}
}

func blendScalar(dst, a, b, share []float32) {
	a, b, share = a[:len(dst)], b[:len(dst)], share[:len(dst)]
	for i, f := range share {
		dst[i] = madd(f, a[i], float32((1-f)*b[i]))
	}
}
