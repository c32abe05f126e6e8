//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"syscall/js"

	"tcmoa/core"
)

// remote is a further Worker that runs this program and computes tiles.
type remote struct {
	worker  js.Value
	started chan struct{} // closed when it can take tiles, or died

	mu     sync.Mutex
	died   error
	calls  map[int]*call // by the id of the request
	nextID int
	keeps  bool // what its tiles have left for later ones
	listen []js.Func
}

// call is a request that waits for its answer.
type call struct {
	progress func(*fields)
	settled  chan reply
}

type reply struct {
	msg *fields
	err error
}

// newRemote starts a Worker and loads the model there. It returns at once.
func newRemote(model map[string]any) *remote {
	// engine.js knows its own address, and what it compiled.
	r := &remote{worker: js.Global().Call("startEngine"), started: make(chan struct{}), calls: map[int]*call{}}
	on := func(event string, take func(event js.Value)) {
		f := js.FuncOf(func(_ js.Value, args []js.Value) any {
			take(args[0])
			return nil
		})
		r.listen = append(r.listen, f)
		r.worker.Call("addEventListener", event, f)
	}
	running := make(chan struct{})
	start := sync.OnceFunc(func() { close(running) })
	on("message", func(event js.Value) {
		msg := newFields(event.Get("data"))
		switch kind := msg.text("type"); kind {
		case "ready":
			start()
		case "crash":
			r.die(errors.New(msg.text("message")))
			start()
		default:
			r.receive(kind, msg)
		}
	})
	on("error", func(event js.Value) {
		r.die(workerError(event))
		start()
	})
	go func() {
		defer close(r.started)
		<-running
		if _, err := r.request(context.Background(), "load", payload{members: maps.Clone(model)}, nil); err != nil {
			r.die(err)
		}
	}()
	return r
}

// workerError is the error event of a Worker. It has a message where a program
// ran, and none where it could not even be fetched.
func workerError(event js.Value) error {
	if message := event.Get("message"); message.Type() == js.TypeString && message.String() != "" {
		return fmt.Errorf("a Worker that shared the tiles stopped: %s", message.String())
	}
	return errors.New("a Worker that was to share the tiles could not be started: its files are missing or blocked")
}

// receive takes a message about a request.
func (r *remote) receive(kind string, msg *fields) {
	id := msg.integer("id", 0, maxInt)
	r.mu.Lock()
	c := r.calls[id]
	if kind != "progress" {
		delete(r.calls, id)
	}
	r.mu.Unlock()
	switch {
	case c == nil: // of a request that is settled
	case kind == "result":
		c.settled <- reply{msg: msg}
	case kind == "error":
		c.settled <- reply{err: errors.New(msg.text("message"))}
	case c.progress != nil:
		c.progress(msg)
	}
}

// die ends the Worker and all that waits for it.
func (r *remote) die(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.died != nil {
		return
	}
	r.died = err
	r.worker.Call("terminate")
	for _, c := range r.calls {
		c.settled <- reply{err: err}
	}
	r.calls = nil
	for _, f := range r.listen {
		f.Release()
	}
}

// ready implements runner.
func (r *remote) ready() bool {
	select {
	case <-r.started:
		return r.alive()
	default:
		return false
	}
}

func (r *remote) alive() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.died == nil
}

// request sends a request and waits for its answer. Where ctx ends first, it
// cancels the request and waits until the Worker has let go of it.
func (r *remote) request(ctx context.Context, kind string, p payload, progress func(*fields)) (*fields, error) {
	c := &call{progress: progress, settled: make(chan reply, 1)}
	r.mu.Lock()
	if r.died != nil {
		r.mu.Unlock()
		return nil, r.died
	}
	r.nextID++
	id := r.nextID
	r.calls[id] = c
	r.mu.Unlock()

	p.members["type"], p.members["id"] = kind, id
	if err := catch(func() error {
		r.worker.Call("postMessage", p.members, p.transfer)
		return nil
	}); err != nil {
		r.mu.Lock()
		delete(r.calls, id)
		r.mu.Unlock()
		return nil, err
	}
	select {
	case a := <-c.settled:
		return a.msg, a.err
	case <-ctx.Done():
		r.worker.Call("postMessage", map[string]any{"type": "cancel", "id": id})
		<-c.settled
		return nil, ctx.Err()
	}
}

// run implements runner.
func (r *remote) run(ctx context.Context, t task) (*core.TileResult, error) {
	select {
	case <-r.started:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.Checkpoints != nil {
		r.mu.Lock()
		r.keeps = true
		r.mu.Unlock()
	}
	msg, err := r.request(ctx, "tile", t.payload(), func(f *fields) {
		if t.progress != nil {
			t.progress(core.Step{Name: f.text("step"), Done: f.integer("done", 0, maxInt), Total: f.integer("total", 1, maxInt)})
		}
	})
	if err != nil {
		return nil, err
	}
	return readTileResult(msg)
}

// forget implements runner.
func (r *remote) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keeps && r.died == nil {
		r.worker.Call("postMessage", map[string]any{"type": "forget"})
	}
	r.keeps = false
}
