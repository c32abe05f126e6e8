package cpu

import (
	"context"
	"testing"
)

// Passes of ever other sizes must not pile up memory.
func TestPassesLetMemoryGo(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	b := New(Options{Workers: 1})
	for n := 1; n <= 100; n++ {
		p := &pass{Backend: b, ctx: ended}
		p.alloc(n)
		p.alloc(2 * n)
		if _, _, err := p.Finish(nil); err == nil {
			t.Fatal("an ended pass gives no error")
		}
		kept := 0
		for _, f := range b.free {
			kept += cap(f)
		}
		if most := 2 * 3 * n; kept > most {
			t.Fatalf("after a pass of %d floats %d are kept, want at most %d", 3*n, kept, most)
		}
	}
	before := &b.free[0][0]
	p := &pass{Backend: b, ctx: ended}
	if again := p.alloc(100); &again[0] != before {
		t.Error("a pass of the same size does not use the memory of the one before")
	}
}
