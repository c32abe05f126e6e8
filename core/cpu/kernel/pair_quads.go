package kernel

import (
	"math"
	"slices"
)

// pairQuads returns an order of the quads of a panel (up to eight rows of k weights)
// in which every two that follow each other, the first and the second, the third and
// the fourth, can be added as int16 after their products with raised activations, up
// to 127, were added in pairs. A quad that goes with no other stands twice, and means
// itself and a quad of zeros.
//
// The heaviest quads choose first, and the heaviest that there are: not the best
// matching, but weights like those of trained matrices leave none alone.
func pairQuads(panel []int8, k int) (order []uint16) {
	loads := make([]quadLoad, (k+quad-1)/quad)
	left := make([]uint32, len(loads)) // by weight: the heaviest sum above the number
	for q := range loads {
		most := loads[q].weigh(panel[quad*q:], k, min(quad, k-quad*q))
		left[q] = most<<16 | uint32(q)
	}
	slices.Sort(left)
	for len(left) > 0 {
		last := len(left) - 1
		first := uint16(left[last])
		partner := first
		left = left[:last]
		if at := findPartner(loads, first, left); at >= 0 {
			partner = uint16(left[at])
			left = slices.Delete(left, at, at+1)
		}
		order = append(order, first, partner)
	}
	return order
}

// findPartner returns the place of a quad among those left, lightest first, that goes
// with the first, or -1. It looks at so many from either end that it hardly misses
// one, and that the time for a row grows no faster than its length.
func findPartner(loads []quadLoad, first uint16, left []uint32) int {
	const candidates = 32
	for i := range min(candidates, len(left)) {
		if at := len(left) - 1 - i; loads[first].fits(&loads[uint16(left[at])]) {
			return at
		}
	}
	for at := range min(candidates, len(left)) {
		if loads[first].fits(&loads[uint16(left[at])]) {
			return at
		}
	}
	return -1
}

// quadLoad is what a quad can make of its pairs: a word for every output, and in it the
// sum of its first two weights' positive values, that of the magnitudes of negative
// ones, and the same of the other two, sixteen bits each.
type quadLoad [panelCols]uint64

// weigh sets the load of a quad whose weights lie at the beginning of w and, for
// further outputs, k weights further on each, and returns the largest of its sums.
func (l *quadLoad) weigh(w []int8, k, inputs int) (most uint32) {
	var rest [quad]int8
	for c := 0; c < panelCols && len(w) >= inputs; c++ {
		v := w
		if inputs < quad {
			copy(rest[:], w[:inputs])
			v = rest[:]
		}
		v = v[:quad]
		up0, down0 := parts(v[0], v[1])
		up1, down1 := parts(v[2], v[3])
		l[c] = uint64(up0) | uint64(down0)<<16 | uint64(up1)<<32 | uint64(down1)<<48
		most = max(most, up0, down0, up1, down1)
		if len(w) < k {
			break
		}
		w = w[k:]
	}
	return most
}

// parts are the sums of two weights' positive values and of the magnitudes of the
// negative ones.
func parts(v, w int8) (up, down uint32) {
	x, y := int32(v), int32(w)
	up = uint32(x&^(x>>31)) + uint32(y&^(y>>31))
	return up, up - uint32(x+y)
}

// fits tells whether no sum of both is more than an int16 holds 127 times.
func (l *quadLoad) fits(o *quadLoad) bool {
	const each = 1 | 1<<16 | 1<<32 | 1<<48
	const over = each << 15
	const most = math.MaxInt16 / 127
	var full uint64
	for c, v := range l {
		full |= v + o[c] + each*(1<<15-1-most)
	}
	return full&over == 0
}
