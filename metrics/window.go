package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// noise is the variance below which a window counts as flat. The variance is a
// difference of numbers near 255², which rounding leaves wrong by some 1e-10;
// one grey level in the corner of a window makes it larger than 1e-6.
const noise = 1e-8

// gaussian returns a window of n taps with sum 1.
func gaussian(n int, sigma float64) []float64 {
	taps := make([]float64, n)
	var sum float64
	for i := range taps {
		d := float64(i) - float64(n-1)/2
		taps[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += taps[i]
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}

// box returns a window of n equal taps with sum 1.
func box(n int) []float64 {
	taps := make([]float64, n)
	for i := range taps {
		taps[i] = 1 / float64(n)
	}
	return taps
}

// window is a symmetric separable window that slides over pictures of one size.
// Rows are made, filtered and handed on one at a time: it needs the memory of
// len(taps) rows, whatever the size of the pictures.
type window struct {
	pictures []*Plane
	products [][2]int // pairs of pictures of which the covariance is wanted
	taps     []float64
	inside   bool // only where the window lies inside the picture
}

// size is the extent of the maps that each visits.
func (w window) size() (width, height int) {
	p := w.pictures[0]
	if w.inside {
		return p.Width - len(w.taps) + 1, p.Height - len(w.taps) + 1
	}
	return p.Width, p.Height
}

// each visits every row of the maps: mean has a row for each picture, cov one
// for each product. Rows are visited concurrently; the slices are reused.
func (w window) each(visit func(y int, mean, cov [][]float64)) {
	_, height := w.size()
	rows.Each(height, func(y0, y1 int) { w.band(y0, y1, visit) })
}

// totals adds up two values over all windows: visit returns their sums over a row,
// and those are added in their order.
func (w window) totals(visit func(y int, mean, cov [][]float64) (p, q float64)) (p, q float64) {
	_, height := w.size()
	sums := make([][2]float64, height)
	w.each(func(y int, mean, cov [][]float64) { sums[y][0], sums[y][1] = visit(y, mean, cov) })
	for _, s := range sums {
		p += s[0]
		q += s[1]
	}
	return p, q
}

// blur returns a picture filtered by the taps.
func blur(p *Plane, taps []float64) *Plane {
	out := NewPlane(p.Width, p.Height)
	window{pictures: []*Plane{p}, taps: taps}.each(func(y int, mean, _ [][]float64) {
		for x, row := 0, out.row(y); x < len(row); x++ {
			row[x] = float32(mean[0][x])
		}
	})
	return out
}

func (w window) band(y0, y1 int, visit func(y int, mean, cov [][]float64)) {
	n, channels := len(w.taps), len(w.pictures)+len(w.products)
	width, _ := w.size()
	before := 0 // pixels of the window to the left of its place and above it
	if !w.inside {
		before = (n - 1) / 2
	}
	input := table(channels, width+n-1)
	out := table(channels, width)
	// ring[v%n] holds row v of the pictures, filtered along the row.
	ring := make([][][]float64, n)
	for i := range ring {
		ring[i] = table(channels, width)
	}
	lines := make([][]float64, n)
	for v := y0; v < y1+n-1; v++ {
		w.read(input, v-before, before)
		for c, line := range ring[v%n] {
			for i := range lines {
				lines[i] = input[c][i:][:width]
			}
			combine(line, lines, w.taps)
		}
		y := v - n + 1
		if y < y0 {
			continue
		}
		for c, line := range out {
			for i := range lines {
				lines[i] = ring[(y+i)%n][c]
			}
			combine(line, lines, w.taps)
		}
		mean, cov := out[:len(w.pictures)], out[len(w.pictures):]
		for i, p := range w.products {
			centre(cov[i], mean[p[0]], mean[p[1]], p[0] == p[1])
		}
		visit(y, mean, cov)
	}
}

// read puts row y of the pictures and of their products into input, continued
// by the pixels at its ends.
func (w window) read(input [][]float64, y, before int) {
	for c, p := range w.pictures {
		line := input[c]
		for x, v := range p.row(min(max(y, 0), p.Height-1)) {
			line[before+x] = float64(v)
		}
		first, last := before, before+p.Width-1
		for x := range first {
			line[x] = line[first]
		}
		for x := last + 1; x < len(line); x++ {
			line[x] = line[last]
		}
	}
	for i, pair := range w.products {
		p, q := input[pair[0]], input[pair[1]]
		for x, line := 0, input[len(w.pictures)+i]; x < len(line); x++ {
			line[x] = p[x] * q[x]
		}
	}
}

// combine sets dst to the sum of the lines weighted by symmetric taps.
func combine(dst []float64, lines [][]float64, taps []float64) {
	n := len(taps)
	if mid := n / 2; n%2 == 1 {
		t, line := taps[mid], lines[mid][:len(dst)]
		for x, v := range line {
			dst[x] = t * v
		}
	} else {
		clear(dst)
	}
	for i, t := range taps[:n/2] {
		p, q := lines[i][:len(dst)], lines[n-1-i][:len(dst)]
		for x := range dst {
			dst[x] += t * (p[x] + q[x])
		}
	}
}

// centre turns mean products into covariances, or variances.
func centre(cov, meanP, meanQ []float64, variance bool) {
	for x := range cov {
		cov[x] -= meanP[x] * meanQ[x]
		if variance && cov[x] < noise {
			cov[x] = 0
		}
	}
}

func table(rows, columns int) [][]float64 {
	all := make([]float64, rows*columns)
	t := make([][]float64, rows)
	for i := range t {
		t[i] = all[i*columns:][:columns]
	}
	return t
}
