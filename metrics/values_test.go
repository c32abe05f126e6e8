package metrics

import (
	"math"
	"testing"
)

// Values worked out by hand.
func TestByHand(t *testing.T) {
	four := picture(2, 0, 80, 160, 255)
	// Two grey levels, the second source the negative of the first.
	stripes := picture(4, 0, 0, 100, 100, 0, 0, 100, 100, 0, 0, 100, 100)
	negative := picture(4, 100, 100, 0, 0, 100, 100, 0, 0, 100, 100, 0, 0)
	ramp := picture(3, 0, 3, 6, 4, 7, 10, 8, 11, 14)
	// By Sobel's operator the edge of a step is as strong as four times the step.
	step := picture(6, 10, 10, 10, 110, 110, 110, 10, 10, 10, 110, 110, 110)
	half := picture(6, 60, 60, 60, 110, 110, 110, 60, 60, 60, 110, 110, 110)
	flat := constant(6, 2, 50)
	up := picture(6, 13, 13, 13, 113, 113, 113, 13, 13, 13, 113, 113, 113)

	for _, c := range []struct {
		what    string
		metric  Metric
		f, a, b *Plane
		want    float64
	}{
		{"four levels are two bits", EN, four, four, four, 2},
		{"all is known of F from a source and its negative", MI, stripes, stripes, negative, 2},
		{"and normalised", NMI, stripes, stripes, negative, 2},
		{"a constant source tells nothing", MI, stripes, stripes, constant(4, 3, 9), 1},
		{"", NMI, stripes, stripes, constant(4, 3, 9), 1},
		{"0 and 100 alike", SD, stripes, stripes, stripes, 50},
		// Three rows of squares 0, 100², 0.
		{"one step of 100 in four", SF, stripes, stripes, stripes, math.Sqrt(3 * 100 * 100 / 12.)},
		{"3 across, 4 down", AG, ramp, ramp, ramp, 5 / math.Sqrt2},
		{"six differences each way in nine", SF, ramp, ramp, ramp, math.Sqrt((6*9 + 6*16) / 9.)},
		{"one source and its negative", CC, stripes, stripes, negative, 0},
		// F-B = 2F - 100, F-A = 0.
		{"", SCD, stripes, stripes, negative, 1},
		{"a fusion is the sum of its sources' variations", SCD, mix(stripes, step4()), stripes, step4(), 2 * rOfMix()},
		{"an error of 3 to both", PSNR, up, step, step, 10 * math.Log10(255*255/9.)},
		{"an error of 3 to one", PSNR, up, up, step, 10 * math.Log10(255*255/4.5)},
		// Every edge at half its strength, none turned, none in B.
		{"half an edge", Qabf, half, step, flat, 0.9994 / 2 * 0.9879 / (1 + math.Exp(-4.4))},
		{"an edge turned by a right angle", Qabf, step6().transpose(), step6(), constant(6, 6, 0), turned()},
		{"no edge left", Qabf, flat, step, flat, 0.9994 / (1 + math.Exp(7.5)) * 0.9879 / (1 + math.Exp(-4.4))},
		// A constant difference passes the eye's filter as frequency 0; only A has edges.
		{"3 too bright", Qcv, up, step, flat, math.Pow(2.6*0.0192*3, 2)},
	} {
		got, err := c.metric.Of(c.f, mustPair(t, c.a, c.b))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%s %s = %v, want %v", c.metric.Name, c.what, got, c.want)
		}
	}
}

// step4 is uncorrelated with the stripes.
func step4() *Plane { return picture(4, 0, 40, 0, 40, 0, 40, 0, 40, 0, 40, 0, 40) }

// rOfMix is r((A+B)/2 - B, A) for uncorrelated A, B of standard deviations 50, 20;
// the other way round it is the same ratio with them exchanged, so that the mean
// of the two stands for both.
func rOfMix() float64 {
	r := func(own, other float64) float64 { return own / math.Hypot(own, other) }
	return (r(50, 20) + r(20, 50)) / 2
}

// step6 is a step along x, seen at the centre of its rows.
func step6() *Plane {
	p := NewPlane(6, 6)
	for i := range p.Pix {
		if i%6 > 2 {
			p.Pix[i] = 100
		}
	}
	return p
}

// turned is Qabf where F is A transposed. Of the twelve pixels at A's edge, the four
// where F has its edge too have edges of equal strength at a right angle; at the
// others F has none.
func turned() float64 {
	q := func(strength, orientation float64) float64 {
		return 0.9994 / (1 + math.Exp(-15*(strength-0.5))) * 0.9879 / (1 + math.Exp(-22*(orientation-0.8)))
	}
	return (4*q(1, 0) + 8*q(0, 1)) / 12
}

func TestTruth(t *testing.T) {
	p := scene(40, 31, 8)
	up := p.apply(func(v float64) float64 { return v + 2 })
	psnr, err := TruthPSNR.Of(up, p)
	if err != nil || math.Abs(psnr-10*math.Log10(255*255/4.)) > 1e-9 {
		t.Errorf("an error of 2: %v dB, %v", psnr, err)
	}
	for _, r := range References {
		same, err := r.Of(p, p)
		worse, _ := r.Of(p.noisy(20), p)
		if err != nil || same < worse {
			t.Errorf("%s: %v, with noise %v, %v", r.Name, same, worse, err)
		}
		if _, err := r.Of(p, scene(41, 31, 8)); err == nil {
			t.Errorf("%s compares pictures of two sizes", r.Name)
		}
	}
	// With both sources the truth, the metric is the comparison with it.
	noisy := p.noisy(9)
	ssim, _ := TruthSSIM.Of(noisy, p)
	if both := SSIM.of(noisy, mustPair(t, p, p)); both != ssim {
		t.Errorf("SSIM to the truth %v, to it twice %v", ssim, both)
	}
}

func TestUnitEigenvalues(t *testing.T) {
	for _, c := range [][3]float64{{0, 0, 0}, {1, 1, 1}, {0.3, 0.2, 0.6}, {0.9, 0, 0}, {0.1, 0.8, 0.1}} {
		x, y, z := c[0], c[1], c[2]
		for _, l := range unitEigenvalues(x, y, z) {
			d := 1 - l
			if det := d*d*d - d*(x*x+y*y+z*z) + 2*x*y*z; math.Abs(det) > 1e-12 {
				t.Errorf("%v: %v is no eigenvalue: the determinant is %v", c, l, det)
			}
		}
	}
}

func TestMedian(t *testing.T) {
	for n := 1; n < 40; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i * 17 % n / 2)
		}
		sorted := append([]float64(nil), values...)
		for i := range sorted { // by insertion
			for j := i; j > 0 && sorted[j] < sorted[j-1]; j-- {
				sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
			}
		}
		if got, want := median(values), (sorted[(n-1)/2]+sorted[n/2])/2; got != want {
			t.Errorf("of %d values: %v, want %v", n, got, want)
		}
	}
}
