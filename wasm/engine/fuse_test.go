//go:build js && wasm

package main

import (
	"syscall/js"
	"testing"

	"tcmoa/core"
	"tcmoa/webgpu"
)

// bitmaps is a browser's ImageBitmap, which counts how often it is closed, and the
// canvas that it is read with, as far as that is needed. A torn one cannot be read.
const bitmaps = `
	globalThis.ImageBitmap = class {
		closed = 0;
		torn = false;
		constructor(width, height, data) { Object.assign(this, { width, height, data }); }
		close() { this.closed++; }
	};
	globalThis.OffscreenCanvas = class {
		getContext() {
			return {
				drawImage({ width, data, closed, torn }, x, y, w, h) {
					if (closed || torn) throw new Error("unreadable");
					this.data = data.slice(4 * width * y, 4 * width * (y + h));
				},
				getImageData() { return this; },
			};
		}
	};`

// withBitmaps has the test know bitmaps.
func withBitmaps(t *testing.T) {
	js.Global().Get("Function").New(bitmaps).Invoke()
	t.Cleanup(func() {
		js.Global().Delete("ImageBitmap")
		js.Global().Delete("OffscreenCanvas")
	})
}

// bitmap is a picture that the browser has.
func bitmap(width, height, seed int) js.Value {
	return js.Global().Get("ImageBitmap").New(width, height, ramp(width, height, seed).data)
}

// Whatever becomes of a request, it closes its bitmaps, and each once.
func TestFuseClosesBitmaps(t *testing.T) {
	withBitmaps(t)
	const id = 3
	fails := func(err error) *faulty {
		return &faulty{bitmaps: true, begin: func(core.Input) error { return err }}
	}
	bad := map[string]any{"width": 9, "height": 7}
	torn := bitmap(9, 7, 2)
	torn.Set("torn", true)
	for _, tc := range []struct {
		name      string
		given     []*faulty
		empty     bool           // there is no model
		cancelled string         // when it is
		change    map[string]any // of the message
		fails     bool
	}{
		{name: "on the CPU"},
		{name: "from bitmaps", given: []*faulty{{bitmaps: true}}},
		{name: "from bytes", given: []*faulty{{}}},
		{name: "kept", given: []*faulty{{bitmaps: true}}, change: map[string]any{"keep": true}},
		{name: "one from bytes", given: []*faulty{{bitmaps: true}}, change: map[string]any{
			"second": map[string]any{"width": 9, "height": 7, "data": ramp(9, 7, 2).data},
		}},
		{name: "a new device", given: []*faulty{fails(webgpu.ErrLost), {bitmaps: true}}},
		{name: "no new device", given: []*faulty{fails(webgpu.ErrLost)}},
		{name: "too little memory", given: []*faulty{fails(webgpu.ErrMemory)}},
		{name: "no model", empty: true, fails: true},
		{name: "wrong controls", change: map[string]any{"controls": map[string]any{"task": "dance"}}, fails: true},
		{name: "a wrong first picture", change: map[string]any{"first": bad}, fails: true},
		{name: "a wrong second picture", change: map[string]any{"second": bad}, fails: true},
		{name: "a picture of no width", change: map[string]any{"first": bitmap(0, 7, 1)}, fails: true},
		{name: "two sizes", change: map[string]any{"first": bitmap(9, 8, 1)}, fails: true},
		{name: "a bitmap that cannot be read", change: map[string]any{"second": torn}, fails: true},
		{name: "cancelled before", cancelled: "before", fails: true},
		{name: "cancelled meanwhile", given: []*faulty{{bitmaps: true}}, cancelled: "meanwhile", fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, posted := scope(t)
			e := newEngine(s)
			if !tc.empty {
				e.machine = start(t, &gpus{given: tc.given})
			}
			if tc.cancelled == "meanwhile" {
				tc.given[0].begin = func(core.Input) error { e.cancel(id); return nil }
			}
			message := js.ValueOf(map[string]any{
				"type": "fuse", "id": id, "workers": 1, "controls": map[string]any{"task": "mef"},
				"first": bitmap(9, 7, 1), "second": bitmap(9, 7, 2),
			})
			for name, v := range tc.change {
				message.Set(name, v)
			}
			pair := []js.Value{message.Get("first"), message.Get("second")}
			e.busy.Lock()
			e.receive(message)
			if tc.cancelled == "before" {
				e.cancel(id)
			}
			e.busy.Unlock()
			answer := next(t, posted)
			for answer.Get("type").String() == "progress" {
				answer = next(t, posted)
			}
			if failed := answer.Get("type").String() == "error"; failed != tc.fails {
				t.Errorf("got %s, %s", answer.Get("type"), answer.Get("message"))
			}
			e.busy.Lock() // it is done
			for i, v := range pair {
				if v.InstanceOf(js.Global().Get("ImageBitmap")) && v.Get("closed").Int() != 1 {
					t.Errorf("bitmap %d is closed %d times", i+1, v.Get("closed").Int())
				}
			}
		})
	}
}
