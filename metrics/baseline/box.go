package baseline

import "tcmoa/metrics/internal/rows"

// boxMeans averages planes, which are made row by row, over squares of 2·radius+1
// pixels a side; at the borders over what of them lies inside the picture. fill
// makes row y of every plane, several times perhaps; visit receives row y of the
// means. The cost does not depend on the radius.
func boxMeans(width, height, radius, planes int, fill func(y int, in [][]float32), visit func(y int, mean [][]float32)) {
	// A band starts with a sum over the rows above it: it should be longer.
	rows.Bands(height, max(64, 4*radius), func(y0, y1 int) {
		in, mean := table[float32](planes, width), table[float32](planes, width)
		// In double precision, so that what enters a sum leaves it again.
		columns := table[float64](planes, width)
		add := func(y int, sign float64) {
			fill(y, in)
			for c, line := range in {
				for x, v := range line {
					columns[c][x] += sign * float64(v)
				}
			}
		}
		for y := max(y0-radius, 0); y < min(y0+radius, height); y++ {
			add(y, 1)
		}
		for y := y0; y < y1; y++ {
			if y+radius < height {
				add(y+radius, 1)
			}
			if y-radius-1 >= 0 && y > y0 {
				add(y-radius-1, -1)
			}
			tall := min(y+radius, height-1) - max(y-radius, 0) + 1
			for c, sums := range columns {
				slide(mean[c], sums, radius, tall)
			}
			visit(y, mean)
		}
	})
}

// slide averages column sums over 2·radius+1 columns of tall pixels.
func slide(mean []float32, sums []float64, radius, tall int) {
	var sum float64
	for _, s := range sums[:min(radius, len(sums))] {
		sum += s
	}
	for x := range mean {
		if x+radius < len(sums) {
			sum += sums[x+radius]
		}
		if x-radius-1 >= 0 {
			sum -= sums[x-radius-1]
		}
		wide := min(x+radius, len(sums)-1) - max(x-radius, 0) + 1
		mean[x] = float32(sum / float64(wide*tall))
	}
}

func table[T float32 | float64](rows, columns int) [][]T {
	all := make([]T, rows*columns)
	t := make([][]T, rows)
	for i := range t {
		t[i] = all[i*columns:][:columns]
	}
	return t
}
