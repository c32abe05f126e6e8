//go:build js && wasm

package main

import (
	"syscall/js"
	"testing"
)

func TestAsk(t *testing.T) {
	promise := js.Global().Get("Promise")
	if v, err := ask(promise, "resolve", 7); err != nil || v.Int() != 7 {
		t.Errorf("a promise kept: got %v, %v", v, err)
	}
	if v, err := ask(js.Global().Get("Math"), "max", 3, 4); err != nil || v.Int() != 4 {
		t.Errorf("no promise: got %v, %v", v, err)
	}
	refusal := js.Global().Get("DOMException").New("", "QuotaExceededError")
	if _, err := ask(promise, "reject", refusal); !isNamed(err, "QuotaExceededError") || isNamed(err, "AbortError") {
		t.Errorf("a promise broken: got %v", err)
	}
	if _, err := ask(js.Global().Get("JSON"), "parse", "{"); !isNamed(err, "SyntaxError") {
		t.Errorf("thrown at once: got %v", err)
	}
	if _, err := ask(promise, "missing"); err == nil || isNamed(err, "TypeError") {
		t.Errorf("no such method: got %v", err)
	}
	for _, v := range []js.Value{js.Undefined(), js.Null(), js.ValueOf(7), js.ValueOf("text")} {
		if _, err := ask(v, "toString"); err == nil {
			t.Errorf("asked %v, which is no object", v)
		}
	}
}

// Where there is no file system, nothing is kept and nothing fails.
func TestNoStore(t *testing.T) {
	s := openStore("https://example.org/model/")
	if s != nil {
		t.Fatal("there is a store")
	}
	if s.keep(0, nil); s.manifest() != "" || s.has(0) || s.settle("{}") {
		t.Error("a store that is not there has something")
	}
}

// A store whose directory the browser refused is as good as none.
func TestRefusedStore(t *testing.T) {
	s := &store{held: make([]bool, 1), closed: true}
	s.keep(0, []byte{1})
	s.remember("a GPU", passed)
	if v := s.verdict("a GPU"); v != unknown || s.has(0) || s.settle("{}") {
		t.Errorf("a store without a directory has something: %q", v)
	}
	if _, err := s.frame(0); err == nil {
		t.Error("it gave a frame")
	}
}
