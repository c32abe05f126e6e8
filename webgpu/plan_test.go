package webgpu

import (
	"math/rand/v2"
	"testing"
)

func TestPlan(t *testing.T) {
	slot, sizes := plan([]lifetime{
		{100, 0, 9},  // lives throughout
		{400, 1, 2},  // a wide intermediate
		{50, 2, 3},   // overlaps it
		{300, 3, 4},  // comes after it
		{60, 4, 100}, // comes after the small one
	})
	if len(sizes) != 3 {
		t.Errorf("%d slots of %v bytes, want 3", len(sizes), sizes)
	}
	if slot[1] != slot[3] || slot[2] != slot[4] {
		t.Errorf("slots %v: tensors that take turns should share", slot)
	}
}

func TestPlanNeverSharesWhileAlive(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		tensors := make([]lifetime, 1+r.IntN(30))
		for i := range tensors {
			first := r.IntN(20)
			tensors[i] = lifetime{1 + r.IntN(1000), first, first + r.IntN(6)}
		}
		slot, sizes := plan(tensors)
		for i, a := range tensors {
			if a.bytes > sizes[slot[i]] {
				t.Fatalf("tensor of %d bytes in a slot of %d", a.bytes, sizes[slot[i]])
			}
			for j, b := range tensors[:i] {
				if slot[i] == slot[j] && a.first <= b.last && b.first <= a.last {
					t.Fatalf("%v and %v share slot %d", a, b, slot[i])
				}
			}
		}
	}
}
