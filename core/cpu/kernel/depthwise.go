package kernel

// PackDepthwise turns the weights of a depthwise 3×3 convolution from (c,3,3),
// as weight files hold them, into (3,3,c), as [Depthwise3x3] reads them.
func PackDepthwise(weight []float32, c int) []float32 {
	wantMin("c", c, 1)
	wantLen("weight", len(weight), 9*c)
	taps := make([]float32, 9*c)
	for j := range c {
		for t := range 9 {
			taps[t*c+j] = weight[j*9+t]
		}
	}
	return taps
}

// Depthwise3x3 adds to tokens their depthwise 3×3 convolution, zero padding 1:
//
//	dst[r] = src[r] + DW(src)[r] + bias      for row0 ≤ r < row1
//
// dst and src are (h×w×c), channel last, and don't overlap; the other rows of
// dst are left as they are. taps is (3,3,c), from [PackDepthwise]; bias has c
// elements or is nil.
func Depthwise3x3(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	wantMin("w", w, 1)
	wantMin("c", c, 1)
	wantMin("row0", row0, 0)
	wantMin("row1", row1, row0)
	wantMin("h", h, row1)
	wantLen("dst", len(dst), row1*w*c)
	wantLen("src", len(src), h*w*c)
	wantLen("taps", len(taps), 9*c)
	if bias != nil {
		wantLen("bias", len(bias), c)
	}
	if row0 < row1 {
		depthwise3x3(dst, src, taps, bias, h, w, c, row0, row1)
	}
}

func depthwise3x3Scalar(dst, src, taps, bias []float32, h, w, c, row0, row1 int) {
	depthwiseTokens(dst, src, taps, bias, h, w, c, row0, row1, mulAddScalar, addScalar)
}

// depthwiseTokens sums up one token's channels tap by tap, so that the inner
// loops, out += in·tap and out += in, run along memory.
func depthwiseTokens(dst, src, taps, bias []float32, h, w, c, row0, row1 int, mulAdd func(out, in, tap []float32), add func(out, in []float32)) {
	for y := row0; y < row1; y++ {
		for x := range w {
			at := (y*w + x) * c
			out := dst[at : at+c]
			if bias != nil {
				copy(out, bias)
			} else {
				clear(out)
			}
			for v := max(y-1, 0); v <= min(y+1, h-1); v++ {
				for u := max(x-1, 0); u <= min(x+1, w-1); u++ {
					mulAdd(out, src[(v*w+u)*c:][:c], taps[((v-y+1)*3+u-x+1)*c:][:c])
				}
			}
			add(out, src[at:at+c])
		}
	}
}
