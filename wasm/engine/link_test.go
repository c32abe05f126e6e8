//go:build js && wasm

package main

import (
	"context"
	"errors"
	"slices"
	"syscall/js"
	"testing"
)

// newLinks returns both ends of a channel.
func newLinks(t *testing.T) (a, b *link) {
	channel := js.Global().Get("MessageChannel").New()
	a, b = newLink(channel.Get("port1")), newLink(channel.Get("port2"))
	t.Cleanup(a.close)
	t.Cleanup(b.close)
	return a, b
}

func TestLink(t *testing.T) {
	a, b := newLinks(t)
	ctx := context.Background()
	values := []float32{1, 2, 3}
	if err := errors.Join(a.Send(-1), a.Send(5, values, nil, []float32{4})); err != nil {
		t.Fatal(err)
	}
	values[0] = 9 // the message is a copy
	if at, err := b.Receive(ctx); at != -1 || err != nil {
		t.Fatalf("got %d, %v", at, err)
	}
	x, y := make([]float32, 1), make([]float32, 3)
	if at, err := b.Receive(ctx, x, y); at != 5 || err != nil || !slices.Equal(x, []float32{1}) || !slices.Equal(y, []float32{2, 3, 4}) {
		t.Fatalf("got %d, %v, %v, %v", at, x, y, err)
	}
	came := b.spare[1].Get("buffer")
	if err := b.Send(6, y, x); err != nil || came.Get("byteLength").Int() != 0 {
		t.Errorf("what came in does not go out again: %v", err)
	}
	for _, wrong := range [][]float32{make([]float32, 3), make([]float32, 5)} {
		if _, err := a.Receive(ctx, wrong); err == nil {
			t.Error("no error for another length")
		}
		if err := b.Send(6, y, x); err != nil {
			t.Fatal(err)
		}
	}
	a.Receive(ctx, make([]float32, 4))
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := a.Receive(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
