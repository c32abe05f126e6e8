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
