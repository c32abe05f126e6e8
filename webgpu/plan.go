package webgpu

import (
	"cmp"
	"slices"
)

// lifetime is how much memory a tensor needs, and the first and the last
// dispatch that need it.
type lifetime struct {
	bytes       int
	first, last int
}

// plan shares memory between tensors that are never needed at the same time:
// it returns each tensor's slot and each slot's size. A tensor has a slot to
// itself while it lives, so no dispatch ever reads and writes one slot, which
// WebGPU would refuse.
//
// Large tensors choose first, each the smallest slot that is free for its whole
// life ("greedy by size": Pisarchyk and Lee, 2020), which comes close to the
// lower bound for networks.
func plan(tensors []lifetime) (slot []int, sizes []int) {
	order := make([]int, len(tensors))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(tensors[b].bytes, tensors[a].bytes) })

	slot = make([]int, len(tensors))
	var tenants [][]lifetime
	for _, i := range order {
		t := tensors[i]
		best := -1
		for s := range sizes {
			// Every slot is at least as large as t: the smallest fits best.
			if !overlaps(tenants[s], t) && (best < 0 || sizes[s] < sizes[best]) {
				best = s
			}
		}
		if best < 0 {
			best = len(sizes)
			sizes = append(sizes, t.bytes)
			tenants = append(tenants, nil)
		}
		slot[i] = best
		tenants[best] = append(tenants[best], t)
	}
	return slot, sizes
}

func overlaps(tenants []lifetime, t lifetime) bool {
	for _, o := range tenants {
		if t.first <= o.last && o.first <= t.last {
			return true
		}
	}
	return false
}
