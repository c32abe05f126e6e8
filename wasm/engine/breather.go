//go:build js && wasm

package main

import (
	"syscall/js"
	"time"
)

// breath is for how long the engine computes before it looks at its messages:
// long enough that a turn of the event loop, some tens of microseconds, costs
// nothing, and short enough that a cancel is seen at once.
const breath = 12 * time.Millisecond

// breather lets the event loop run in the middle of a computation. It sends
// itself a message, which the browser delivers behind those that are waiting
// already; a timer would be held back by 4 ms and more.
type breather struct {
	port  js.Value
	woken chan struct{}
	last  time.Time
}

func newBreather() *breather {
	channel := js.Global().Get("MessageChannel").New()
	b := &breather{port: channel.Get("port1"), woken: make(chan struct{}, 1), last: time.Now()}
	channel.Get("port2").Set("onmessage", js.FuncOf(func(js.Value, []js.Value) any {
		b.woken <- struct{}{}
		return nil
	}))
	return b
}

// breathe runs the event loop if it has been kept waiting for long enough. Only
// the request that holds engine.busy may call it.
func (b *breather) breathe() {
	if time.Since(b.last) < breath {
		return
	}
	b.port.Call("postMessage", js.Null())
	<-b.woken
	b.last = time.Now()
}
