package kernel

import "strconv"

// GatherRows copies rows of c elements together:
//
//	dst[i] = src[idx[i]]
func GatherRows(dst, src []float32, idx []int32, c int) {
	wantMin("c", c, 1)
	wantLen("dst", len(dst), len(idx)*c)
	wantIndices(idx, len(src)/c)
	// A row at a time is one block copy, which no kernel of ours beats.
	for i, r := range idx {
		copy(dst[i*c:i*c+c], src[int(r)*c:])
	}
}

// AddRows adds rows of c elements to those of z that idx names, one after the
// other, so that an index may occur more than once:
//
//	z[idx[i]] += x[i]
func AddRows(z, x []float32, idx []int32, c int) {
	wantMin("c", c, 1)
	wantLen("x", len(x), len(idx)*c)
	wantIndices(idx, len(z)/c)
	if len(idx) > 0 {
		addRows(z, x, idx, c)
	}
}

func wantIndices(idx []int32, rows int) {
	for _, r := range idx {
		if r < 0 || int(r) >= rows {
			panic("kernel: row " + strconv.Itoa(int(r)) + " is outside the " + strconv.Itoa(rows) + " there are")
		}
	}
}

func addRowsScalar(z, x []float32, idx []int32, c int) {
	for i, r := range idx {
		addScalar(z[int(r)*c:][:c], x[i*c:i*c+c])
	}
}
