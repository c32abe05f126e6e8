package kernel

// What two-scale blending measures in a line of its sources (core.TwoScaleOutputs).

// Grey sets dst to the mean of three channels, (r + g + b)/3.
func Grey(dst, r, g, b []float32) {
	wantLen("r", len(r), len(dst))
	wantLen("g", len(g), len(dst))
	wantLen("b", len(b), len(dst))
	if len(dst) > 0 {
		grey(dst, r, g, b)
	}
}

// Laplacian sets dst to |Δ| of the line here between the lines up and down:
//
//	|4·here[x] - (up[x] + down[x] + here[x-1] + here[x+1])|
//
// where the neighbour of a last pixel is that pixel itself. dst doesn't overlap
// the others.
func Laplacian(dst, up, here, down []float32) {
	wantLen("up", len(up), len(dst))
	wantLen("here", len(here), len(dst))
	wantLen("down", len(down), len(dst))
	if len(dst) > 0 {
		laplacian(dst, up, here, down)
	}
}

// Contrast compares two measurements: it sets a to (a - b)/(a + b + floor).
func Contrast(a, b []float32, floor float32) {
	wantLen("b", len(b), len(a))
	if len(a) > 0 {
		contrast(a, b, floor)
	}
}

func greyScalar(dst, r, g, b []float32) {
	for x := range dst {
		dst[x] = (r[x] + g[x] + b[x]) / 3
	}
}

func laplacianScalar(dst, up, here, down []float32) {
	for x := range dst {
		v, left, right := here[x], here[max(x-1, 0)], here[min(x+1, len(dst)-1)]
		dst[x] = abs32(float32(4*v) - (up[x] + down[x] + left + right))
	}
}

func contrastScalar(a, b []float32, floor float32) {
	for x, v := range a {
		a[x] = (v - b[x]) / (v + b[x] + floor)
	}
}
