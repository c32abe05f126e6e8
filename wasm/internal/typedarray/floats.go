//go:build js && wasm

// Package typedarray moves numbers between Go's memory and JavaScript's typed
// arrays, which are little-endian on both sides.
package typedarray

import (
	"syscall/js"
	"unsafe"
)

var (
	uint8Array   = js.Global().Get("Uint8Array")
	float32Array = js.Global().Get("Float32Array")
)

// FromFloats copies values to a Float32Array of their own buffer.
func FromFloats(values []float32) js.Value {
	array := float32Array.New(len(values))
	js.CopyBytesToJS(uint8Array.New(array.Get("buffer")), Bytes(values))
	return array
}

// Floats copies a Float32Array.
func Floats(array js.Value) []float32 {
	values := make([]float32, array.Length())
	view := uint8Array.New(array.Get("buffer"), array.Get("byteOffset"), array.Get("byteLength"))
	js.CopyBytesToGo(Bytes(values), view)
	return values
}

// Bytes is the memory of values.
func Bytes(values []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), 4*len(values))
}
