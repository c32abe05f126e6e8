//go:build js && wasm

package main

import "syscall/js"

func main() {
	newMeasurer().export(js.Global())
	select {} // from here on, site/measure.js calls
}
