// Package metrics measures how well a picture fuses two others.
//
// Every metric is a value of type [Metric] in a file of its own, documented by
// its formula and its source; [All] is the table of them. In the formulas F is
// the fused picture, A and B are its sources, μ, σ² and σ_xy are the mean, the
// variance and the covariance within a window, and sums run over the pixels.
//
// # Conventions
//
// Pictures are luminances in [0, 255], not necessarily whole numbers; where a
// formula counts grey levels they are rounded.
//
// Where a metric compares a fusion with one source at a time and its authors
// left open how the two values combine, they are averaged, but for MI, NMI, SCD
// and VIF, which the literature adds up.
//
// Where the sources show nothing that a metric could find preserved or lost (a
// constant picture has no edges, no information and no features) the metric
// takes the value of a perfect fusion. No metric is ever NaN or infinite.
//
// Windows stay inside the picture in SSIM and the metrics built on it, as their
// authors had it. Everywhere else a picture goes on beyond its border by
// repeating its edge pixels, or periodically where a filter is applied by
// Fourier transform.
//
// Sums are taken row by row in a fixed order, so that a value does not depend on
// the number of processors.
package metrics
