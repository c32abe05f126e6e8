package evaluation

import "sync"

// pixelsAtOnce is how many pixels the pairs under way may have together. A metric
// needs some hundred bytes a pixel.
const pixelsAtOnce = 8 << 20

// budget shares out memory, counted in pixels.
type budget struct {
	whole int
	mu    sync.Mutex
	freed sync.Cond
	left  int
}

func newBudget(whole int) *budget {
	b := &budget{whole: whole, left: whole}
	b.freed.L = &b.mu
	return b
}

// claim waits until n pixels are free and takes them; the function it returns
// gives them back. What exceeds the budget gets all of it.
func (b *budget) claim(n int) (release func()) {
	n = min(n, b.whole)
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.left < n {
		b.freed.Wait()
	}
	b.left -= n
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.left += n
		b.freed.Broadcast()
	}
}
