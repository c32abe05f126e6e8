package evaluation

import "sync"

// teller tells an evaluation's owner how it goes, one call after the other.
type teller struct {
	e *Evaluation

	mu          sync.Mutex
	done, total int
}

func (e *Evaluation) teller() *teller {
	return &teller{e: e, total: len(e.Pairs) * len(e.Methods) * (1 + len(e.Choice.Plain))}
}

// step counts a fusion, or a value of a metric that needs no truth.
func (t *teller) step() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if t.e.Progress != nil {
		t.e.Progress(float64(t.done) / float64(t.total))
	}
}

func (t *teller) fail(pair string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.e.Failed != nil {
		t.e.Failed(pair, err)
	}
}
