package kernel

import (
	"slices"
	"testing"
)

// Every quad of a row is in the order once, pairs fit an int16 by the worst that
// activations can do, and weights like trained ones leave none alone.
func TestPairQuads(t *testing.T) {
	for _, c := range []struct {
		what          string
		k, rows, most int
		alone         bool // that some quads stand alone
	}{
		{"small weights", 192, 8, 64, false},
		{"small weights, one row", 61, 1, 64, false},
		{"two quads and a rest", 9, 3, 30, true}, // three quads: an odd number
		{"one input", 1, 1, 127, true},
		{"large weights", 768, 8, 127, true},
	} {
		w := bytes(random(uint64(c.k)), c.rows*c.k, c.most)
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
