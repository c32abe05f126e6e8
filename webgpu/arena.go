//go:build js && wasm

package webgpu

import "slices"

// arena is the memory of activations. One pass runs at a time, and none finds
// anything in it, so that all programs share what the largest needs.
type arena struct {
	dev   *device
	slots []*slot
}

// slot is a buffer of the arena.
type slot struct {
	buffer
	object int // where replay.js finds it
	users  int // programs
}

// take gives a program a slot for each size in bytes, the largest size first: the
// smallest that there is and that suffices, or else a new one. What it has given
// before an error is the caller's as well.
func (a *arena) take(sizes []int) (taken []*slot, err error) {
	free := slices.Clone(a.slots)
	for _, size := range sizes {
		best := -1
		for i, s := range free {
			if s.bytes >= size && (best < 0 || s.bytes < free[best].bytes) {
				best = i
			}
		}
		var s *slot
		if best >= 0 {
			s = free[best]
			free = slices.Delete(free, best, best+1)
		} else {
			b, err := a.dev.newBuffer("activations", size, usageStorage|usageCopySrc|usageCopyDst)
			if err != nil {
				return taken, err
			}
			s = &slot{buffer: b, object: a.dev.register(b.value)}
			a.slots = append(a.slots, s)
		}
		s.users++
		taken = append(taken, s)
	}
	return taken, nil
}

// give returns slots, and destroys those that no program has any more.
func (a *arena) give(slots []*slot) {
	for _, s := range slots {
		s.users--
	}
	a.slots = slices.DeleteFunc(a.slots, func(s *slot) bool {
		if s.users == 0 {
			a.dev.unregister(s.object)
			s.destroy()
		}
		return s.users == 0
	})
}
