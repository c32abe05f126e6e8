//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"
	"testing"
	"time"

	"tcmoa/core"
)

// scope stands in for a Worker's global scope and keeps what is posted.
func scope(t *testing.T) (js.Value, <-chan js.Value) {
	posted := make(chan js.Value, 16)
	post := js.FuncOf(func(_ js.Value, args []js.Value) any {
		posted <- args[0]
		return nil
	})
	listen := js.FuncOf(func(js.Value, []js.Value) any { return nil })
	t.Cleanup(post.Release)
	t.Cleanup(listen.Release)
	return js.ValueOf(map[string]any{"postMessage": post, "addEventListener": listen}), posted
}

func next(t *testing.T, posted <-chan js.Value) js.Value {
	t.Helper()
	select {
	case v := <-posted:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("no message")
		panic("unreachable")
	}
}

func TestEngineSaysReady(t *testing.T) {
	s, posted := scope(t)
	newEngine(s).serve()
	if got := next(t, posted).Get("type").String(); got != "ready" {
		t.Errorf("got %q", got)
	}
}

func TestEngineRefuses(t *testing.T) {
	s, posted := scope(t)
	e := newEngine(s)
	for id, tc := range []struct {
		message map[string]any
		want    string
	}{
		{map[string]any{"type": "dance"}, `The engine knows no request "dance".`},
		{map[string]any{"type": "fuse"}, "No model is loaded yet."},
		{map[string]any{"type": "tile"}, "No model is loaded yet."},
		{map[string]any{"type": "load"}, "The option precision must be a text."},
		{map[string]any{"type": "load", "precision": "int4"}, `The option precision must be "int8" or "f32", not "int4".`},
		{map[string]any{"type": "load", "precision": "int8"}, "The option backend must be a text."},
		{map[string]any{"type": "load", "precision": "int8", "backend": "npu"}, `The option backend must be "auto", "gpu" or "cpu", not "npu".`},
		{map[string]any{"type": "load", "precision": "int8", "backend": "cpu"}, "The option url must be a text."},
		{map[string]any{"type": "load", "precision": "int8", "backend": "cpu", "manifest": "{}"}, "The option weights must be an object."},
	} {
		tc.message["id"] = id
		e.receive(js.ValueOf(tc.message))
		got := next(t, posted)
		if got.Get("type").String() != "error" || got.Get("message").String() != tc.want || got.Get("aborted").Bool() {
			t.Errorf("%v: got %s, want %s", tc.message, got.Get("message"), tc.want)
		}
	}
}

// A request that waits for its turn can be cancelled, and one that is unknown.
func TestEngineCancels(t *testing.T) {
	s, posted := scope(t)
	e := newEngine(s)
	e.busy.Lock()
	e.receive(js.ValueOf(map[string]any{"type": "fuse", "id": 5}))
	e.receive(js.ValueOf(map[string]any{"type": "cancel", "id": 4}))
	e.receive(js.ValueOf(map[string]any{"type": "cancel", "id": 5}))
	e.busy.Unlock()
	got := next(t, posted)
	if got.Get("type").String() != "error" || got.Get("id").Int() != 5 || !got.Get("aborted").Bool() {
		t.Errorf("got %s %s", got.Get("type"), got.Get("message"))
	}
	if len(e.cancels) != 0 {
		t.Error("the request is remembered")
	}
}

func TestEngineAnswers(t *testing.T) {
	s, posted := scope(t)
	e := newEngine(s)
	e.answer(context.Background(), 3, object(nil), func(_ context.Context, _ *fields, progress func(map[string]any)) (payload, error) {
		progress(map[string]any{"done": 1})
		return payload{members: map[string]any{"sum": 2}}, nil
	})
	if got := next(t, posted); got.Get("type").String() != "progress" || got.Get("id").Int() != 3 || got.Get("done").Int() != 1 {
		t.Errorf("got %v", got)
	}
	if got := next(t, posted); got.Get("type").String() != "result" || got.Get("id").Int() != 3 || got.Get("sum").Int() != 2 {
		t.Errorf("got %v", got)
	}
}

// What the browser throws, like a refusal of memory, does not end the program.
func TestEngineSurvivesTheBrowser(t *testing.T) {
	s, posted := scope(t)
	newEngine(s).answer(context.Background(), 3, object(nil), func(context.Context, *fields, func(map[string]any)) (payload, error) {
		uint8Array.New(-1)
		return payload{}, nil
	})
	if got := next(t, posted); got.Get("type").String() != "error" || got.Get("message").String() != "The browser refused: Invalid typed array length: -1." {
		t.Errorf("got %s", got.Get("message"))
	}
}

func TestAwait(t *testing.T) {
	promise := js.Global().Get("Promise")
	ctx, cancel := context.WithCancel(context.Background())
	if v, err := await(ctx, promise.Call("resolve", 7)); err != nil || v.Int() != 7 {
		t.Errorf("got %v, %v", v, err)
	}
	var thrown js.Error
	if _, err := await(ctx, promise.Call("reject", "no")); !errors.As(err, &thrown) || thrown.Value.String() != "no" {
		t.Errorf("got %v", err)
	}
	cancel()
	never := promise.New(js.FuncOf(func(js.Value, []js.Value) any { return nil }))
	if _, err := await(ctx, never); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The event loop runs while a computation breathes, but not at every call.
func TestBreathe(t *testing.T) {
	b := newBreather()
	defer b.port.Call("close")
	ran := false
	f := js.FuncOf(func(js.Value, []js.Value) any {
		ran = true
		return nil
	})
	defer f.Release()
	js.Global().Call("setTimeout", f, 0)
	b.last = time.Now().Add(time.Hour)
	for start := time.Now(); time.Since(start) < 20*time.Millisecond; {
		b.breathe()
	}
	if ran {
		t.Error("the event loop ran before its time")
	}
	for start := time.Now(); !ran && time.Since(start) < 10*time.Second; {
		b.last = time.Time{}
		b.breathe()
	}
	if !ran {
		t.Error("the event loop did not run")
	}
}

func TestThrottle(t *testing.T) {
	var th throttle
	now, open := time.Unix(1, 0), 0
	for range 1000 {
		if th.open(now) {
			open++
		}
		now = now.Add(time.Millisecond)
	}
	if open < 25 || open > 30 {
		t.Errorf("%d messages in a second", open)
	}
}

func TestMeter(t *testing.T) {
	var got []map[string]any
	m := newMeter(func(members map[string]any) { got = append(got, members) })
	m.restart(2)
	step := func(tile, done int) {
		m.throttle = throttle{}
		m.report(core.Progress{Tile: tile, Tiles: 2, Step: core.Step{Name: "head", Done: done, Total: 4}})
	}
	step(0, 1)
	step(1, 2)
	step(0, 4)
	step(1, 4)
	m.restart(2) // begins again, which the fraction does not show
	step(1, 1)
	for i, want := range []float64{0.125, 0.375, 0.75, 1, 1} {
		if got[i]["fraction"] != want || got[i]["tiles"] != 2 || got[i]["step"] != "head" {
			t.Errorf("step %d: got %v, want the fraction %v", i, got[i], want)
		}
	}
}

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{"a fault": "A fault.", "Über.": "Über.", "éa ": "Éa."} {
		if got := sentence(errors.New(in)); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}
