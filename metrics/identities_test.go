package metrics

import (
	"math"
	"testing"
)

// perfectQabf is Q of an edge carried over as it is.
var perfectQabf = 0.9994 / (1 + math.Exp(-7.5)) * 0.9879 / (1 + math.Exp(-4.4))

func TestFusionOfAPictureWithItself(t *testing.T) {
	p := scene(90, 77, 3)
	s := mustPair(t, p, p)
	h := entropy(Histogram(p))
	// The matrix with NCC = H/8 everywhere has the eigenvalues 1+2·NCC, 1-NCC twice.
	qncie := 1.0
	for _, l := range []float64{1 + h/4, 1 - h/8, 1 - h/8} {
		qncie += l / 3 * math.Log(l/3) / math.Log(256)
	}
	want := map[string]float64{
		"EN": h, "MI": 2 * h, "NMI": 2, "Qncie": qncie, "FMI": 1,
		"SD": SD.of(p, s), "SF": SF.of(p, s), "AG": AG.of(p, s), // which look at F alone
		"CC": 1, "SCD": 0, "PSNR": 100,
		"SSIM": 1, "MS-SSIM": 1, "MEF-SSIM": 1, "Qs": 1, "Qw": 1, "Qe": 1, "Qc": 1, "Qy": 1,
		"Qabf": perfectQabf, "VIF": 2, "Qcv": 0, "Qcb": 1,
	}
	for _, m := range All {
		got, err := m.Of(p, s)
		if err != nil {
			t.Fatal(err)
		}
		if m.Name == "Qp" {
			// F keeps its weak features, which the maps of A, B and M lack.
			if got < 0.9 || got > 1 {
				t.Errorf("Qp = %v, want a little less than 1", got)
			}
			continue
		}
		if w, ok := want[m.Name]; !ok || math.Abs(got-w) > 1e-6 {
			t.Errorf("%s = %v, want %v", m.Name, got, w)
		}
	}
}

func TestConstantPictures(t *testing.T) {
	const width, height = 60, 47
	perfect := map[string]float64{
		"NMI": 2, "FMI": 1, "SSIM": 1, "MS-SSIM": 1, "MEF-SSIM": 1, "Qs": 1, "Qw": 1, "Qe": 1, "Qc": 1, "Qy": 1,
		"Qabf": perfectQabf, "Qp": 1, "VIF": 2, "Qcv": 0, "Qcb": 1, "PSNR": 100, "CC": 0,
	}
	for _, grey := range []float32{0, 7, 127.3, 255} {
		p := constant(width, height, grey)
		for name, v := range measure(t, p, p, p) {
			if w, ok := perfect[name]; ok && math.Abs(v-w) > 1e-9 {
				t.Errorf("all %v: %s = %v, want %v", grey, name, v, w)
			}
		}
	}
	// Any mixture of constant and other pictures has values.
	pictures := []*Plane{constant(width, height, 0), constant(width, height, 255), scene(width, height, 5)}
	for _, f := range pictures {
		for _, a := range pictures {
			for _, b := range pictures {
				measure(t, f, a, b)
			}
		}
	}
}

// measure fails where a value is not a number.
func measure(t *testing.T, f, a, b *Plane) Values {
	t.Helper()
	all, err := Evaluate(t.Context(), mustPair(t, a, b), []*Plane{f}, All, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range all[0] {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s = %v", name, v)
		}
	}
	return all[0]
}

func TestSmallestPictures(t *testing.T) {
	for _, m := range All {
		for _, size := range [][2]int{{m.Least, m.Least}, {m.Least, m.Least + 4}, {m.Least + 3, m.Least}, {1, 1}, {1, 5}, {4, 2}} {
			a, b := scene(size[0], size[1], 1), scene(size[0], size[1], 2)
			v, err := m.Of(mix(a, b), mustPair(t, a, b))
			if small := min(size[0], size[1]) < m.Least; small != (err != nil) {
				t.Errorf("%s of %v: %v", m.Name, size, err)
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s of %v = %v", m.Name, size, v)
			}
		}
	}
}

func TestSymmetries(t *testing.T) {
	// Of odd sides: the highest frequency of an even one has no opposite.
	a, b := scene(75, 57, 1), scene(75, 57, 2)
	f := mix(a, b)
	want := measure(t, f, a, b)
	for name, got := range measure(t, f, b, a) {
		if math.Abs(got-want[name]) > 1e-6*max(1, want[name]) {
			t.Errorf("with the sources exchanged %s = %v, want %v", name, got, want[name])
		}
	}
	for name, got := range measure(t, f.transpose(), a.transpose(), b.transpose()) {
		// FMI reads a window column after column.
		if name != "FMI" && math.Abs(got-want[name]) > 1e-5*max(1, want[name]) {
			t.Errorf("of transposed pictures %s = %v, want %v", name, got, want[name])
		}
	}
	invert := func(v float64) float64 { return 255 - v }
	negative := measure(t, f.apply(invert), a.apply(invert), b.apply(invert))
	for _, name := range []string{"EN", "MI", "NMI", "Qncie", "SD", "SF", "AG", "CC", "SCD", "PSNR", "MEF-SSIM", "Qabf", "Qp", "VIF", "Qcv"} {
		// f has halves of grey levels, which the histogram rounds up either way.
		if tolerance := 0.02 * max(1, want[name]); math.Abs(negative[name]-want[name]) > tolerance {
			t.Errorf("of negatives %s = %v, want %v", name, negative[name], want[name])
		}
	}
}

func TestMetricsFallWithTheFusion(t *testing.T) {
	p := scene(96, 80, 4)
	s := mustPair(t, p, p)
	alone := map[string]bool{"EN": true, "SD": true, "SF": true, "AG": true}
	for _, m := range All {
		if m.Name == "SCD" {
			continue // which asks for the difference of two sources
		}
		blurred, noisy := []*Plane{p}, []*Plane{p}
		for _, sigma := range []float64{0.7, 1.5, 3} {
			blurred = append(blurred, blur(p, gaussian(21, sigma)))
			noisy = append(noisy, p.noisy(6*sigma))
		}
		falls(t, m, "blur", blurred, s)
		if !alone[m.Name] { // noise looks like detail to these
			falls(t, m, "noise", noisy, s)
		}
	}
}

func falls(t *testing.T, m Metric, how string, pictures []*Plane, s *Sources) {
	t.Helper()
	var last float64
	for i, p := range pictures {
		v := m.of(p, s)
		if m.Lower {
			v = -v
		}
		if i > 0 && v >= last && !(how == "blur" && m.Name == "EN") {
			t.Errorf("%s: %s %d brings %v, after %v", m.Name, how, i, v, last)
		}
		last = v
	}
}

func TestTheBetterFusionWins(t *testing.T) {
	// Each half is sharp in one source. The fusion of the sharp halves must beat
	// the mean of the sources, but in metrics that want it to resemble the blurred
	// source too.
	sharp := scene(120, 90, 6)
	soft := blur(sharp, gaussian(21, 2.5))
	a, b := NewPlane(120, 90), NewPlane(120, 90)
	for i := range sharp.Pix {
		a.Pix[i], b.Pix[i] = sharp.Pix[i], soft.Pix[i]
		if i%120 >= 60 {
			a.Pix[i], b.Pix[i] = b.Pix[i], a.Pix[i]
		}
	}
	s := mustPair(t, a, b)
	for _, m := range []Metric{MI, NMI, FMI, SF, AG, MEFSSIM, Qe, Qy, Qc, Qp, VIF, Qcv, Qcb} {
		good, poor := m.of(sharp, s), m.of(mix(a, b), s)
		if m.Lower {
			good, poor = -good, -poor
		}
		if good <= poor {
			t.Errorf("%s: %v for the sharp halves, %v for the mean", m.Name, good, poor)
		}
	}
}
