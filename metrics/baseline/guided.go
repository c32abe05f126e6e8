package baseline

// The constants of guided-filter fusion, as published.
const (
	guidedBase         = 15 // radius of the mean that is the base
	guidedBaseRadius   = 45 // of the guided filter of the base's weights
	guidedBaseEps      = 0.3
	guidedDetailRadius = 7
	guidedDetailEps    = 1e-6
)

var guidedSaliency = gaussian(5, 5)

// Guided is guided-filter fusion. A source's base is its mean over 31×31 pixels,
// its detail what remains. A pixel belongs to the source in which the magnitude of
// the Laplacian, smoothed by a Gaussian (11×11, σ = 5), is larger. That decision,
// filtered with the source for a guide, makes the weights of its base (r = 45,
// ε = 0.3) and of its detail (r = 7, ε = 10⁻⁶), which are scaled to sum 1.
// Luminance decides and guides.
//
// S. Li, X. Kang, J. Hu: Image fusion with guided filtering. IEEE Transactions on
// Image Processing 22(7), 2013. Means at the borders are over the part of their
// square that lies inside the picture.
var Guided = Method{
	Name: "guided", Title: "Guided filter",
	fuse: func(a, b *layers) {
		width, height := a.width, a.height
		lumaA, lumaB := a.luminance(), b.luminance()
		decision := moreSalient(lumaA, lumaB, width, height)
		base := guidedShare(decision, lumaA, lumaB, width, height, guidedBaseRadius, guidedBaseEps)
		detail := guidedShare(decision, lumaA, lumaB, width, height, guidedDetailRadius, guidedDetailEps)
		fused := decision // which is no longer needed
		for c, planeA := range a.planes {
			planeB := b.planes[c]
			boxMeans(width, height, guidedBase, 2,
				func(y int, in [][]float32) {
					copy(in[0], planeA[y*width:])
					copy(in[1], planeB[y*width:])
				},
				func(y int, mean [][]float32) {
					for x := range width {
						i := y*width + x
						wB, wD := base[i], detail[i]
						baseA, baseB := mean[0][x], mean[1][x]
						fused[i] = wB*baseA + (1-wB)*baseB + wD*(planeA[i]-baseA) + (1-wD)*(planeB[i]-baseB)
					}
				})
			copy(planeA, fused)
		}
	},
}

// moreSalient is 1 where the first luminance is at least as salient, and else 0.
// Smoothing is linear: the difference of the saliencies needs it only once.
func moreSalient(a, b []float32, width, height int) []float32 {
	difference, decision := make([]float32, len(a)), make([]float32, len(a))
	sharpness(difference, a, width, height)
	sharpness(decision, b, width, height)
	for i, v := range decision {
		difference[i] -= v
	}
	convolve(decision, difference, width, height, guidedSaliency)
	for i, v := range decision {
		decision[i] = 0
		if v >= 0 {
			decision[i] = 1
		}
	}
	return decision
}

// guidedShare is the weight of the first source when the decision is filtered with
// it, and the opposite decision with the second.
func guidedShare(decision, a, b []float32, width, height, radius int, eps float32) []float32 {
	first := guidedFilter(decision, a, width, height, radius, eps)
	// The filter is linear and keeps constants: that of 1 - decision is 1 less it.
	second := guidedFilter(decision, b, width, height, radius, eps)
	for i, w := range second {
		p, q := clip(first[i]), clip(1-w)
		first[i] = 0.5
		if p+q > 0 {
			first[i] = p / (p + q)
		}
	}
	return first
}

func clip(v float32) float32 { return min(max(v, 0), 1) }

// guidedFilter smooths a plane but for the edges of a guide: in every square of
// 2·radius+1 pixels the result is that linear function of the guide which fits the
// plane best, eps keeping its slope low where the guide is flat; squares that
// overlap are averaged.
//
// K. He, J. Sun, X. Tang: Guided image filtering. European Conference on Computer
// Vision, 2010.
func guidedFilter(plane, guide []float32, width, height, radius int, eps float32) []float32 {
	slope, offset := make([]float32, len(plane)), make([]float32, len(plane))
	boxMeans(width, height, radius, 4,
		func(y int, in [][]float32) {
			p, g := plane[y*width:][:width], guide[y*width:][:width]
			copy(in[0], p)
			copy(in[1], g)
			for x, v := range g {
				in[2][x], in[3][x] = p[x]*v, v*v
			}
		},
		func(y int, mean [][]float32) {
			for x := range width {
				p, g := mean[0][x], mean[1][x]
				k := (mean[2][x] - p*g) / (max(mean[3][x]-g*g, 0) + eps)
				slope[y*width+x], offset[y*width+x] = k, p-k*g
			}
		})
	result := make([]float32, len(plane))
	boxMeans(width, height, radius, 2,
		func(y int, in [][]float32) {
			copy(in[0], slope[y*width:])
			copy(in[1], offset[y*width:])
		},
		func(y int, mean [][]float32) {
			for x := range width {
				i := y*width + x
				result[i] = mean[0][x]*guide[i] + mean[1][x]
			}
		})
	return result
}
