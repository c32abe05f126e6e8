//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"slices"
	"syscall/js"

	"tcmoa/wasm/internal/typedarray"
)

// link implements core.Link over a MessagePort, whose other end another Worker has.
// A message is {at, values}, values a Uint8Array whose buffer moves. The two sides
// send each other as much as they receive, so every buffer that came in goes out
// again.
type link struct {
	port   js.Value
	inbox  chan js.Value
	listen js.Func
	spare  []js.Value // Uint8Arrays over buffers that came in
}

// ahead is more messages than a partner sends without an answer.
const ahead = 8

func newLink(port js.Value) *link {
	l := &link{port: port, inbox: make(chan js.Value, ahead)}
	l.listen = js.FuncOf(func(_ js.Value, args []js.Value) any {
		l.inbox <- args[0].Get("data")
		return nil
	})
	port.Set("onmessage", l.listen)
	return l
}

// close lets go of the port.
func (l *link) close() {
	l.port.Call("close")
	l.port.Set("onmessage", js.Null())
	l.listen.Release()
}

// Send implements core.Link.
func (l *link) Send(at int, values ...[]float32) error {
	size := 0
	for _, v := range values {
		size += 4 * len(v)
	}
	return catch(func() error {
		array := l.array(size)
		for from, rest := 0, values; len(rest) > 0; rest = rest[1:] {
			part := typedarray.Bytes(rest[0])
			js.CopyBytesToJS(array.Call("subarray", from), part)
			from += len(part)
		}
		l.port.Call("postMessage", map[string]any{"at": at, "values": array}, []any{array.Get("buffer")})
		return nil
	})
}

// array is a Uint8Array of a size, over a buffer of its own.
func (l *link) array(size int) js.Value {
	i := slices.IndexFunc(l.spare, func(a js.Value) bool { return a.Length() == size })
	if i < 0 {
		return uint8Array.New(size)
	}
	array := l.spare[i]
	l.spare = slices.Delete(l.spare, i, i+1)
	return array
}

// Receive implements core.Link.
func (l *link) Receive(ctx context.Context, into ...[]float32) (int, error) {
	var msg js.Value
	select {
	case msg = <-l.inbox:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	array := msg.Get("values")
	from := 0
	for _, v := range into {
		from += js.CopyBytesToGo(typedarray.Bytes(v), array.Call("subarray", from))
	}
	want := 0
	for _, v := range into {
		want += 4 * len(v)
	}
	if n := array.Length(); from != want || n != want {
		return 0, fmt.Errorf("a Worker that shares the tile sent %d bytes, want %d", n, want)
	}
	l.spare = append(l.spare, array)
	return msg.Get("at").Int(), nil
}
