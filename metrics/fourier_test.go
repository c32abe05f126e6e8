package metrics

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

func TestFourierTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 100; n++ {
		for _, size := range [][2]int{{n, 1}, {1, n}, {n, 3}, {17, n}} {
			s := newSpectrum(size[0], size[1])
			for i := range s.z {
				s.z[i] = complex(r.NormFloat64(), r.NormFloat64())
			}
			before := append([]complex128(nil), s.z...)
			s.transform()
			// One frequency of each picture, by the definition.
			u, v := r.IntN(s.width), r.IntN(s.height)
			var want complex128
			for i, z := range before {
				turns := float64(u*(i%s.width))/float64(s.width) + float64(v*(i/s.width))/float64(s.height)
				want += z * cmplx.Rect(1, -2*math.Pi*turns)
			}
			if got := s.z[v*s.width+u]; cmplx.Abs(got-want) > 1e-10 {
				t.Errorf("%v: frequency (%d,%d) is %v, want %v", size, u, v, got, want)
			}
			s.invert()
			for i, z := range s.z {
				if cmplx.Abs(z-before[i]) > 1e-11 {
					t.Fatalf("%v: value %d comes back as %v, was %v", size, i, z, before[i])
				}
			}
		}
	}
}

func TestFrequency(t *testing.T) {
	for n, want := range map[int][]float64{1: {0}, 2: {0, -1}, 4: {0, 1, -2, -1}, 5: {0, 1, 2, -2, -1}} {
		for k, w := range want {
			if got := frequency(k, n); got != w {
				t.Errorf("frequency(%d, %d) = %v, want %v", k, n, got, w)
			}
		}
	}
}
