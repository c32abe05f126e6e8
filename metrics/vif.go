package metrics

import "math"

// VIF is the visual information fidelity of the fused picture to its sources, in
// the pixel domain. At each of four scales, each a Gaussian-filtered half of the
// one before, a window of the source X explains one of F as g·X + noise v,
//
//	g = σ_XF / σ_X²,   σ_v² = σ_F² - g σ_XF,
//
// and with σ_n² = 2, the noise of the eye,
//
//	VIF(X,F) = Σ log(1 + g² σ_X² / (σ_v² + σ_n²)) / Σ log(1 + σ_X² / σ_n²),
//	VIF = VIF(A,F) + VIF(B,F),
//
// the sums over the windows of all scales. 0 and up, about 2 where F shows both
// sources whole, more where it enhances their contrast; the higher the better.
//
// H. R. Sheikh, A. C. Bovik: Image information and visual quality. IEEE
// Transactions on Image Processing 15(2), 2006, with the windows, and without
// the wavelets, of the authors' pixel-domain version.
var VIF = Metric{
	Name: "VIF", Title: "visual information fidelity",
	Tasks: []string{vif, mef, mff}, Least: 41,
	of: func(f *Plane, s *Sources) float64 { return s.both(f, visualInformation) },
}

const (
	vifNoise = 2
	vifLeast = 1e-10 // the least variance that is not nought
)

// vifWindows are 17, 9, 5 and 3 pixels wide, from the finest scale.
var vifWindows = [][]float64{gaussian(17, 17./5), gaussian(9, 9./5), gaussian(5, 5./5), gaussian(3, 3./5)}

func visualInformation(f, source *Plane) float64 {
	var kept, all float64
	for scale, taps := range vifWindows {
		if scale > 0 {
			f, source = filterAndHalve(f, taps), filterAndHalve(source, taps)
		}
		w := pairWindow(source, f, taps)
		k, a := w.totals(func(_ int, _, cov [][]float64) (kept, all float64) {
			for x, varX := range cov[0] {
				gain, noise := vifChannel(varX, cov[1][x], cov[2][x])
				kept += math.Log(1 + gain*gain*varX/(noise+vifNoise))
				all += math.Log(1 + varX/vifNoise)
			}
			return kept, all
		})
		kept += k
		all += a
	}
	if all == 0 {
		return 1
	}
	return kept / all
}

// vifChannel is the gain and the noise variance of the channel that leads from a
// source to the fusion. A negative gain carries nothing.
func vifChannel(varX, varF, cov float64) (gain, noise float64) {
	switch {
	case varF < vifLeast:
		return 0, vifLeast
	case varX < vifLeast, cov < 0:
		return 0, varF
	}
	gain = cov / (varX + vifLeast)
	return gain, max(varF-gain*cov, vifLeast)
}

// filterAndHalve keeps every other window of a filtered picture.
func filterAndHalve(p *Plane, taps []float64) *Plane {
	w := window{pictures: []*Plane{p}, taps: taps, inside: true}
	width, height := w.size()
	half := NewPlane((width+1)/2, (height+1)/2)
	w.each(func(y int, mean, _ [][]float64) {
		if y%2 == 0 {
			for x, row := 0, half.row(y/2); x < len(row); x++ {
				row[x] = float32(mean[0][2*x])
			}
		}
	})
	return half
}
