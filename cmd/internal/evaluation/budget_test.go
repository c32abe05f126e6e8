package evaluation

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestBudget(t *testing.T) {
	const whole = 10
	b := newBudget(whole)
	var held atomic.Int64
	var all sync.WaitGroup
	for i := range 40 {
		n := 1 + i%14 // some ask for more than there is
		all.Go(func() {
			release := b.claim(n)
			if h := held.Add(int64(min(n, whole))); h > whole {
				t.Errorf("%d of %d are held", h, whole)
			}
			held.Add(-int64(min(n, whole)))
			release()
		})
	}
	all.Wait()
	if b.left != whole {
		t.Errorf("%d of %d are left", b.left, whole)
	}
}
