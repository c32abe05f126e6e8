package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Every quad of a row is in the order once, pairs fit an int16 by the worst that
// activations can do, and rows like those of trained matrices leave none alone.
func TestPairQuads(t *testing.T) {
	r := random(1)
	for _, c := range []struct {
		what    string
		k, rows int
		w       []int8
		alone   bool // that some quads stand alone
	}{
		{"like trained", 192, 8, bells(r, 8, 192), false},
		{"like trained, long", 768, 8, bells(r, 8, 768), false},
		{"like trained, few rows", 384, 3, bells(r, 3, 384), false},
		{"two quads and a rest", 9, 3, bytes(r, 27, 30), true}, // three quads: an odd number
		{"one input", 1, 1, []int8{-128}, true},
		{"large weights", 768, 8, bytes(r, 8*768, 127), true},
		{"the largest", 12, 8, slices.Repeat([]int8{-128}, 8*12), true},
	} {
		w := c.w
		order := pairQuads(w, c.k)
		if len(order)%2 != 0 {
			t.Fatalf("%s: %d quads are not pairs", c.what, len(order))
		}
		var seen []uint16
		alone := 0
		for i := 0; i < len(order); i += 2 {
			seen = append(seen, order[i])
			if order[i] == order[i+1] {
				alone++
			} else {
				seen = append(seen, order[i+1])
			}
			for r := range c.rows {
				for half := range 2 {
					high, low := extremes(w[r*c.k:][:c.k], order[i:i+2], half)
					if high > 1<<15-1 || low < -1<<15 {
						t.Errorf("%s: quads %v of row %d reach %d and %d", c.what, order[i:i+2], r, low, high)
					}
				}
			}
		}
		slices.Sort(seen)
		if n := (c.k + quad - 1) / quad; len(seen) != n || int(seen[n-1]) != n-1 || len(slices.Compact(seen)) != n {
			t.Errorf("%s: quads %v", c.what, seen)
		}
		if (alone > 0) != c.alone {
			t.Errorf("%s: %d quads stand alone", c.what, alone)
		}
	}
}

// bells are normally distributed rows, each scaled so that its largest magnitude is
// 127, as quantisation does.
func bells(r *rand.Rand, rows, k int) []int8 {
	var w []int8
	for range rows {
		row := normal(r, k, 1)
		top := maxAbs(row)
		for _, v := range row {
			w = append(w, int8(math.Round(float64(v)*127/top)))
		}
	}
	return w
}

// extremes are the largest and the smallest sum of one half of a pair of quads, or of
// one that stands alone, times activations of 1 to 127.
func extremes(row []int8, quads []uint16, half int) (high, low int) {
	for _, q := range slices.Compact(slices.Clone(quads)) {
		for r := range 2 {
			if i := quad*int(q) + 2*half + r; i < len(row) {
				v := int(row[i])
				high += max(127*v, v)
				low += min(127*v, v)
			}
		}
	}
	return high, low
}
