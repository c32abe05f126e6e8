//go:build js && wasm

package main

import (
	"syscall/js"
	"unsafe"
)

// The browser's constructors of typed arrays, looked up once.
var (
	uint8Array   = js.Global().Get("Uint8Array")
	clampedArray = js.Global().Get("Uint8ClampedArray")
	float32Array = js.Global().Get("Float32Array")
)

// fromFloats copies values to a Float32Array of their own buffer.
func fromFloats(values []float32) js.Value {
	array := float32Array.New(len(values))
	js.CopyBytesToJS(uint8Array.New(array.Get("buffer")), bytesOf(values))
	return array
}

// toFloats copies a Float32Array.
func toFloats(array js.Value) []float32 {
	values := make([]float32, array.Length())
	view := uint8Array.New(array.Get("buffer"), array.Get("byteOffset"), array.Get("byteLength"))
	js.CopyBytesToGo(bytesOf(values), view)
	return values
}

// bytesOf is the memory of values, which are little-endian on both sides.
func bytesOf(values []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), 4*len(values))
}
