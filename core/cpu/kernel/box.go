package kernel

// The two halves of a box filter. Its sums run in float64, so that what is added
// and taken away again leaves nothing behind that a float32 would show.

// BoxLine sets every dst[x] to the mean of src[x-radius … x+radius], of what of
// it lies inside src. dst and src are equally long and don't overlap.
func BoxLine(dst, src []float32, radius int) {
	wantMin("radius", radius, 0)
	wantLen("src", len(src), len(dst))
	if len(dst) > 0 {
		boxLine(dst, src, radius)
	}
}

// BoxStep moves the sums of a box filter's columns on by a line:
//
//	sums += in;  dst = sums·share;  sums -= gone
//
// dst, in and gone are as long as sums; where one is nil, its part is left out.
func BoxStep(dst []float32, sums []float64, in, gone []float32, share float64) {
	for _, line := range [3][]float32{dst, in, gone} {
		if line != nil {
			wantLen("a line", len(line), len(sums))
		}
	}
	if len(sums) > 0 {
		boxStep(dst, sums, in, gone, share)
	}
}

func boxLineScalar(dst, src []float32, radius int) {
	n := len(dst)
	var sum float64
	for _, v := range src[:min(radius, n)] {
		sum += float64(v)
	}
	for x := range dst {
		if x+radius < n {
			sum += float64(src[x+radius])
		}
		dst[x] = float32(sum / float64(min(x+radius, n-1)-max(x-radius, 0)+1))
		if x >= radius {
			sum -= float64(src[x-radius])
		}
	}
}

func boxStepScalar(dst []float32, sums []float64, in, gone []float32, share float64) {
	for x := range sums {
		if in != nil {
			sums[x] += float64(in[x])
		}
		if dst != nil {
			dst[x] = float32(float64(sums[x] * share))
		}
		if gone != nil {
			sums[x] -= float64(gone[x])
		}
	}
}
