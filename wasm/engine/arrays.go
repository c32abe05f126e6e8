//go:build js && wasm

package main

import "syscall/js"

// The browser's constructors of typed arrays, looked up once.
var (
	uint8Array   = js.Global().Get("Uint8Array")
	clampedArray = js.Global().Get("Uint8ClampedArray")
	float32Array = js.Global().Get("Float32Array")
)
