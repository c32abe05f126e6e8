package metrics

// The window and the constants of SSIM, C₁ = (0.01·255)² and C₂ = (0.03·255)².
var ssimWindow = gaussian(11, 1.5)

const (
	ssimC1 = 2.55 * 2.55
	ssimC2 = 7.65 * 7.65
)

// SSIM is the structural similarity of the fused picture to its sources,
//
//	SSIM(X,Y) = mean (2 μ_X μ_Y + C₁)(2 σ_XY + C₂) / ((μ_X² + μ_Y² + C₁)(σ_X² + σ_Y² + C₂)),
//	SSIM = ( SSIM(F,A) + SSIM(F,B) ) / 2,
//
// in 11×11 Gaussian windows, σ = 1.5; in [-1, 1], the higher the better.
//
// Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli: Image quality assessment:
// from error visibility to structural similarity. IEEE Transactions on Image
// Processing 13(4), 2004.
var SSIM = Metric{
	Name: "SSIM", Title: "structural similarity",
	Tasks: []string{vif, mef, mff}, Least: 11,
	of: func(f *Plane, s *Sources) float64 { return s.both(f, ssim) / 2 },
}

// TruthSSIM is the structural similarity of the luminance to the true result, in
// [-1, 1], the higher the better.
var TruthSSIM = Reference{
	Name: "SSIM", Title: "structural similarity to the truth", Least: 11,
	of: ssim,
}

func ssim(x, y *Plane) float64 {
	whole, _ := similarity(x, y)
	return whole
}

// similarity returns the means of SSIM and of its second factor, which compares
// contrast and structure but not luminance.
func similarity(p, q *Plane) (whole, structural float64) {
	w := pairWindow(p, q, ssimWindow)
	whole, structural = w.totals(func(_ int, mean, cov [][]float64) (whole, structural float64) {
		for x := range mean[0] {
			luminance := (2*mean[0][x]*mean[1][x] + ssimC1) / (mean[0][x]*mean[0][x] + mean[1][x]*mean[1][x] + ssimC1)
			structure := (2*cov[2][x] + ssimC2) / (cov[0][x] + cov[1][x] + ssimC2)
			whole += luminance * structure
			structural += structure
		}
		return whole, structural
	})
	width, height := w.size()
	n := float64(width * height)
	return whole / n, structural / n
}

// pairWindow slides inside two pictures; its products are the variance of each
// and their covariance.
func pairWindow(p, q *Plane, taps []float64) window {
	return window{
		pictures: []*Plane{p, q},
		products: [][2]int{{0, 0}, {1, 1}, {0, 1}},
		taps:     taps, inside: true,
	}
}
