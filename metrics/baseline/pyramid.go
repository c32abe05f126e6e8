package baseline

import "tcmoa/metrics/internal/rows"

// level is a picture within a pyramid.
type level struct {
	width, height int
	pix           []float32
}

func newLevel(width, height int) level {
	return level{width, height, make([]float32, width*height)}
}

func (l level) row(y int) []float32 { return l.pix[y*l.width:][:l.width] }

// pyramid is a picture at falling resolutions, the finest first. The last is
// always low-pass filtered; the others may be too (a Gaussian pyramid), or hold
// what expanding the next one leaves to be added (a Laplacian pyramid).
//
// P. J. Burt, E. H. Adelson: The Laplacian pyramid as a compact image code. IEEE
// Transactions on Communications 31(4), 1983.
type pyramid []level

// newPyramid returns a pyramid with room for at most depth reductions, fewer if
// the picture's shorter side does not last for so many.
func newPyramid(width, height, depth int) pyramid {
	p := pyramid{newLevel(width, height)}
	for len(p) <= depth && min(width, height) > 1 {
		width, height = (width+1)/2, (height+1)/2
		p = append(p, newLevel(width, height))
	}
	return p
}

// reduceAll makes a Gaussian pyramid of a picture.
func (p pyramid) reduceAll(plane []float32) {
	copy(p[0].pix, plane)
	for i := 1; i < len(p); i++ {
		p[i].reduce(p[i-1])
	}
}

// detail makes a Laplacian pyramid of a picture.
func (p pyramid) detail(plane []float32) {
	p.reduceAll(plane)
	for i := 1; i < len(p); i++ {
		p[i-1].addExpanded(p[i], -1)
	}
}

// collapse adds a Laplacian pyramid up and returns the picture.
func (p pyramid) collapse() []float32 {
	for i := len(p) - 1; i > 0; i-- {
		p[i-1].addExpanded(p[i], 1)
	}
	return p[0].pix
}

// reduce sets l to every other pixel of src in both directions, filtered by
// (1 4 6 4 1)/16. The picture is reflected about its edge pixels.
func (l level) reduce(src level) {
	rows.Each(l.height, func(y0, y1 int) {
		line := make([]float32, src.width+4)
		inner := line[2:][:src.width]
		for y := y0; y < y1; y++ {
			var r [5][]float32
			for i := range r {
				r[i] = src.row(reflect(2*y+i-2, src.height))
			}
			for x := range inner {
				inner[x] = r[0][x] + r[4][x] + 4*(r[1][x]+r[3][x]) + 6*r[2][x]
			}
			n := src.width
			line[0], line[1] = inner[reflect(-2, n)], inner[reflect(-1, n)]
			line[n+2], line[n+3] = inner[reflect(n, n)], inner[reflect(n+1, n)]
			for x, row := 0, l.row(y); x < len(row); x++ {
				v := line[2*x:][:5]
				row[x] = (v[0] + v[4] + 4*(v[1]+v[3]) + 6*v[2]) / 256
			}
		}
	})
}

// reflect maps a coordinate up to two pixels beyond an axis of n pixels into it.
func reflect(i, n int) int {
	if i < 0 {
		i = -i
	}
	if i >= n {
		i = 2*(n-1) - i
	}
	return min(max(i, 0), n-1)
}

// addExpanded adds to l a picture of half its size, enlarged by the filter of
// reduce: pixels of l on pixels of src weigh these and their neighbours (1 6 1)/8,
// those between take the mean. Beyond its borders l is reflected as in reduce.
func (l level) addExpanded(src level, sign float32) {
	rows.Each(l.height, func(y0, y1 int) {
		line := make([]float32, src.width+2)
		inner := line[1:][:src.width]
		for y := y0; y < y1; y++ {
			on := y &^ 1
			above, mid, below := src.row(reflect(on-2, l.height)/2), src.row(on/2), src.row(reflect(on+2, l.height)/2)
			if y%2 == 0 {
				for x := range inner {
					inner[x] = (above[x] + 6*mid[x] + below[x]) / 8
				}
			} else {
				for x := range inner {
					inner[x] = (mid[x] + below[x]) / 2
				}
			}
			line[0], line[src.width+1] = inner[reflect(-2, l.width)/2], inner[reflect(2*src.width, l.width)/2]
			for x, row := 0, l.row(y); x < len(row); x++ {
				v := line[x/2:][:3]
				if x%2 == 0 {
					row[x] += sign * (v[0] + 6*v[1] + v[2]) / 8
				} else {
					row[x] += sign * (v[1] + v[2]) / 2
				}
			}
		}
	})
}
