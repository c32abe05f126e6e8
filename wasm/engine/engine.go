//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall/js"
)

// engine serves the requests of one Worker.
type engine struct {
	scope    js.Value // the Worker's global scope, which messages come to
	breather *breather

	busy    sync.Mutex // held by the request at work: a backend runs one pass at a time
	machine *machine   // nil until a model is loaded

	mu      sync.Mutex
	cancels map[int]context.CancelFunc // of the requests that have no answer yet
}

func newEngine(scope js.Value) *engine {
	return &engine{scope: scope, breather: newBreather(), cancels: map[int]context.CancelFunc{}}
}

// serve starts to listen, and says so.
func (e *engine) serve() {
	e.scope.Call("addEventListener", "message", js.FuncOf(func(_ js.Value, args []js.Value) any {
		e.receive(args[0].Get("data"))
		return nil
	}))
	e.scope.Call("postMessage", map[string]any{"type": "ready"})
}

// receive takes one message. It must not block: the event loop waits for it.
func (e *engine) receive(data js.Value) {
	msg := newFields(data)
	id, kind := msg.integer("id", 0, maxInt), msg.text("type")
	var handle handler
	switch kind {
	case "load":
		handle = e.load
	case "fuse":
		handle = e.fuse
	case "tile":
		handle = e.tile
	case "cancel":
		e.cancel(id)
		return
	case "forget":
		go e.forget()
		return
	default:
		e.fail(id, fmt.Errorf("the engine knows no request %q", kind))
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	e.mu.Lock()
	e.cancels[id] = cancel
	e.mu.Unlock()
	go e.answer(ctx, id, msg, handle)
}

// handler computes the answer to a request. Its progress goes out as members of
// a progress message.
type handler func(ctx context.Context, msg *fields, progress func(map[string]any)) (payload, error)

// payload is what a message carries: its members, and those of their buffers
// that move to the receiver instead of being copied.
type payload struct {
	members  map[string]any
	transfer []any
}

func (e *engine) answer(ctx context.Context, id int, msg *fields, handle handler) {
	e.busy.Lock()
	defer e.busy.Unlock()
	defer e.cancel(id)
	defer closePixels(msg) // of a request that came to nothing before they were read
	a, err := e.attempt(ctx, id, msg, handle)
	if err != nil {
		e.fail(id, err)
		return
	}
	a.members["type"], a.members["id"] = "result", id
	e.scope.Call("postMessage", a.members, a.transfer)
}

// attempt calls a handler.
func (e *engine) attempt(ctx context.Context, id int, msg *fields, handle handler) (a payload, err error) {
	if err := ctx.Err(); err != nil { // cancelled while it waited
		return payload{}, err
	}
	err = catch(func() error {
		a, err = handle(ctx, msg, func(members map[string]any) {
			members["type"], members["id"] = "progress", id
			e.scope.Call("postMessage", members)
		})
		return err
	})
	return a, err
}

// refusal is what the browser threw, chiefly when it refuses memory.
type refusal struct{ error }

// catch calls fn. What the browser throws meanwhile becomes a refusal, and a picture may
// turn out to be unreadable; any other panic is a fault of the program and ends it.
func catch(fn func() error) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			err = refusal{fmt.Errorf("the browser refused: %s", r.Value.Get("message").String())}
		case unreadable:
			err = r
		default:
			panic(r)
		}
	}()
	return fn()
}

// cancel ends a request's context, if there still is one.
func (e *engine) cancel(id int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if cancel, ok := e.cancels[id]; ok {
		cancel()
		delete(e.cancels, id)
	}
}

// forget lets go of what tiles have left for later ones.
func (e *engine) forget() {
	e.busy.Lock()
	defer e.busy.Unlock()
	if e.machine != nil {
		e.machine.forget()
	}
}

func (e *engine) fail(id int, err error) {
	e.scope.Call("postMessage", map[string]any{
		"type": "error", "id": id, "message": sentence(err), "aborted": errors.Is(err, context.Canceled),
	})
}
