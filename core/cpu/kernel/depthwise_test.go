package kernel

import (
	"fmt"
	"testing"
)

func TestDepthwise3x3(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 5}, {4, 1}, {2, 2}, {3, 3}, {5, 7}} {
		for _, c := range append([]int{192}, sizes...) {
			checkDepthwise(t, s[0], s[1], c, 0, s[0])
		}
	}
	checkDepthwise(t, 6, 5, 20, 2, 4)
	checkDepthwise(t, 6, 5, 20, 5, 6)
	checkDepthwise(t, 6, 5, 20, 3, 3)
}

func checkDepthwise(t *testing.T, h, w, c, row0, row1 int) {
	t.Helper()
	for _, withBias := range []bool{true, false} {
		what := fmt.Sprintf("h=%d w=%d c=%d rows %d to %d bias=%v", h, w, c, row0, row1, withBias)
		r := random(uint64(h*1_000_003 + w*1009 + c))
		src, weight := normal(r, h*w*c, 1), normal(r, 9*c, 1)
		var bias []float32
		if withBias {
			bias = normal(r, c, 1)
		}
		taps := PackDepthwise(weight, c)
		got, twin := guarded(h*w*c), guarded(h*w*c)
		Depthwise3x3(got, src, taps, bias, h, w, c, row0, row1)
		depthwise3x3Scalar(twin, src, taps, bias, h, w, c, row0, row1)
		sameBits(t, what, got, twin)
		checkGuard(t, what, got[:row0*w*c])
		checkGuard(t, what, got[row1*w*c:])
		for y := row0; y < row1; y++ {
			for x := range w {
				for j := range c {
					want := float64(src[(y*w+x)*c+j])
					if withBias {
						want += float64(bias[j])
					}
					for v := -1; v <= 1; v++ {
						for u := -1; u <= 1; u++ {
							if y+v >= 0 && y+v < h && x+u >= 0 && x+u < w {
								want += float64(weight[j*9+(v+1)*3+u+1]) * float64(src[((y+v)*w+x+u)*c+j])
							}
						}
					}
					at := (y*w+x)*c + j
					within(t, what, at, got[at], want, 1e-5)
				}
			}
		}
	}
}
