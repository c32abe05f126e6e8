package cpu

import "tcmoa/core"

// kept implements core.Kept.
type kept []float32

// Bytes implements core.Kept.
func (k kept) Bytes() int { return 4 * cap(k) }

// Whole implements core.Kept.
func (k kept) Whole() bool { return true }

// Release implements core.Kept: the memory is Go's to collect.
func (k kept) Release() {}

// Keep implements core.Keeper.
func (p *pass) Keep(a core.Activation, old core.Kept) core.Kept {
	values := a.([]float32)
	if p.ctx.Err() != nil { // an operation may have stopped half way
		return nil
	}
	k, _ := old.(kept)
	if cap(k) < len(values) || cap(k) > 2*len(values) {
		k = make(kept, len(values))
	}
	k = k[:len(values)]
	copy(k, values)
	return k
}

// Recall implements core.Keeper.
func (p *pass) Recall(k core.Kept) core.Activation {
	values := k.(kept)
	a := p.alloc(len(values))
	copy(a, values)
	return a
}
