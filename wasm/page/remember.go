//go:build js && wasm

package main

import "syscall/js"

// The browser keeps a visitor's settings, where it is allowed to. Where it is
// not, even asking for the storage throws, and nothing is remembered.

func remember(key, value string) {
	defer forgive()
	storage().Call("setItem", key, value)
}

// recall is what was remembered, or "".
func recall(key string) (value string) {
	defer forgive()
	if v := storage().Call("getItem", key); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

// storage asks by a call, since Go catches what a call throws, but not what a
// property does.
func storage() js.Value { return js.Global().Get("Reflect").Call("get", js.Global(), "localStorage") }

// forgive swallows an exception of the browser's, deferred.
func forgive() {
	switch r := recover().(type) {
	case nil, js.Error:
	case *js.ValueError: // no storage at all
	default:
		panic(r)
	}
}
