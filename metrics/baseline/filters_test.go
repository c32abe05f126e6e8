package baseline

import (
	"math"
	"testing"
)

var sizes = [][2]int{{1, 1}, {2, 1}, {1, 3}, {5, 4}, {16, 16}, {33, 7}, {40, 150}}

func TestPyramidIsExact(t *testing.T) {
	for _, size := range sizes {
		plane := noise(size[0]*size[1], 3)
		p := newPyramid(size[0], size[1], math.MaxInt)
		if last := p[len(p)-1]; min(last.width, last.height) != 1 {
			t.Errorf("the pyramid of %v ends with %d×%d", size, last.width, last.height)
		}
		p.detail(plane)
		for i, v := range p.collapse() {
			if math.Abs(float64(v-plane[i])) > 1e-6 {
				t.Fatalf("%v: pixel %d comes back as %v, was %v", size, i, v, plane[i])
			}
		}
	}
}

func TestReduceByDefinition(t *testing.T) {
	taps := []float64{1. / 16, 4. / 16, 6. / 16, 4. / 16, 1. / 16}
	for _, size := range sizes {
		src := level{size[0], size[1], noise(size[0]*size[1], 4)}
		got := newLevel((size[0]+1)/2, (size[1]+1)/2)
		got.reduce(src)
		for i, v := range got.pix {
			var want float64
			for dy, ty := range taps {
				for dx, tx := range taps {
					x, y := reflect(2*(i%got.width)+dx-2, src.width), reflect(2*(i/got.width)+dy-2, src.height)
					want += ty * tx * float64(src.row(y)[x])
				}
			}
			if math.Abs(float64(v)-want) > 1e-6 {
				t.Fatalf("%v: pixel %d is %v, want %v", size, i, v, want)
			}
		}
	}
}

func TestExpandByDefinition(t *testing.T) {
	// Pixels set apart by zeros, filtered by (1 4 6 4 1)/8.
	taps := []float64{1. / 8, 4. / 8, 6. / 8, 4. / 8, 1. / 8}
	for _, size := range sizes {
		src := level{(size[0] + 1) / 2, (size[1] + 1) / 2, nil}
		src.pix = noise(src.width*src.height, 5)
		got := newLevel(size[0], size[1])
		got.addExpanded(src, 1)
		for i, v := range got.pix {
			var want float64
			for dy, ty := range taps {
				for dx, tx := range taps {
					x, y := i%got.width+dx-2, i/got.width+dy-2
					if x&1 == 0 && y&1 == 0 {
						x, y = reflect(x, got.width)/2, reflect(y, got.height)/2
						want += ty * tx * float64(src.row(y)[x])
					}
				}
			}
			if math.Abs(float64(v)-want) > 1e-6 {
				t.Fatalf("%v: pixel %d is %v, want %v", size, i, v, want)
			}
		}
	}
}

func TestBoxMeansByDefinition(t *testing.T) {
	for _, size := range sizes {
		for _, radius := range []int{0, 1, 7, 45} {
			width, height := size[0], size[1]
			plane := noise(width*height, 6)
			got := make([]float32, len(plane))
			boxMeans(width, height, radius, 1,
				func(y int, in [][]float32) { copy(in[0], plane[y*width:]) },
				func(y int, mean [][]float32) { copy(got[y*width:], mean[0]) })
			for i, v := range got {
				if want := naiveMean(plane, width, height, i, radius, func(j int) float64 { return float64(plane[j]) }); math.Abs(float64(v)-want) > 1e-6 {
					t.Fatalf("%v, radius %d: pixel %d is %v, want %v", size, radius, i, v, want)
				}
			}
		}
	}
}

// naiveMean averages a value of the pixels around pixel i.
func naiveMean(plane []float32, width, height, i, radius int, value func(j int) float64) float64 {
	var sum, n float64
	for y := max(i/width-radius, 0); y <= min(i/width+radius, height-1); y++ {
		for x := max(i%width-radius, 0); x <= min(i%width+radius, width-1); x++ {
			sum += value(y*width + x)
			n++
		}
	}
	return sum / n
}

func TestGuidedFilterByDefinition(t *testing.T) {
	const width, height, radius = 19, 14, 3
	plane, guide := noise(width*height, 7), noise(width*height, 8)
	for _, eps := range []float64{0.3, 1e-3, 1e-6} {
		// The best fit in every square, by its normal equation, then the mean
		// over the squares that contain a pixel.
		slope, offset := make([]float64, len(plane)), make([]float64, len(plane))
		for i := range plane {
			mean := func(v func(j int) float64) float64 { return naiveMean(plane, width, height, i, radius, v) }
			p := mean(func(j int) float64 { return float64(plane[j]) })
			g := mean(func(j int) float64 { return float64(guide[j]) })
			variance := mean(func(j int) float64 { return (float64(guide[j]) - g) * (float64(guide[j]) - g) })
			covariance := mean(func(j int) float64 { return (float64(guide[j]) - g) * (float64(plane[j]) - p) })
			slope[i] = covariance / (variance + eps)
			offset[i] = p - slope[i]*g
		}
		for i, v := range guidedFilter(plane, guide, width, height, radius, float32(eps)) {
			want := naiveMean(plane, width, height, i, radius, func(j int) float64 { return slope[j]*float64(guide[i]) + offset[j] })
			if math.Abs(float64(v)-want) > 1e-5 {
				t.Fatalf("ε = %v: pixel %d is %v, want %v", eps, i, v, want)
			}
		}
	}
	// A plane that is its own guide keeps its edges when ε is small.
	for i, v := range guidedFilter(guide, guide, width, height, radius, 1e-9) {
		if math.Abs(float64(v-guide[i])) > 1e-4 {
			t.Fatalf("pixel %d of its own guide is %v, was %v", i, v, guide[i])
		}
	}
}

func TestConvolveAndSharpness(t *testing.T) {
	const width, height = 9, 8
	impulse := make([]float32, width*height)
	impulse[3*width+4] = 1
	taps := gaussian(2, 1)
	got := make([]float32, len(impulse))
	convolve(got, impulse, width, height, taps)
	for i, v := range got {
		var want float32
		if dx, dy := i%width-4+2, i/width-3+2; dx >= 0 && dx < 5 && dy >= 0 && dy < 5 {
			want = taps[dx] * taps[dy]
		}
		if math.Abs(float64(v-want)) > 1e-7 {
			t.Errorf("the impulse's response at %d is %v, want %v", i, v, want)
		}
	}
	sharpness(got, impulse, width, height)
	for i, want := range map[int]float32{3*width + 4: 4, 2*width + 4: 1, 3*width + 3: 1, 2*width + 3: 0} {
		if got[i] != want {
			t.Errorf("the Laplacian at %d is %v, want %v", i, got[i], want)
		}
	}
}
