//go:build js && wasm

package main

import (
	"context"
	"sync"
)

// turns has those who wait take turns in the order of their numbers, from 0, whatever
// order they come in.
type turns struct {
	mu    sync.Mutex
	next  int                   // whose turn it is
	waits map[int]chan struct{} // of those who came too early
}

// wait waits for a number's turn, or for the end of ctx.
func (t *turns) wait(ctx context.Context, number int) error {
	t.mu.Lock()
	if number == t.next {
		t.mu.Unlock()
		return ctx.Err()
	}
	turn := make(chan struct{})
	if t.waits == nil {
		t.waits = map[int]chan struct{}{}
	}
	t.waits[number] = turn
	t.mu.Unlock()
	select {
	case <-turn:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pass ends the turn of who has it. One who does not pass it on must see to it that the
// others' contexts end.
func (t *turns) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	if turn, ok := t.waits[t.next]; ok {
		close(turn)
		delete(t.waits, t.next)
	}
}
