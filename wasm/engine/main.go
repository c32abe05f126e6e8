//go:build js && wasm

package main

import "syscall/js"

func main() {
	newEngine(js.Global()).serve()
	select {} // from here on, messages drive everything
}
