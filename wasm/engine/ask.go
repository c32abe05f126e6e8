//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"syscall/js"
)

// ask calls a method that a browser may lack or refuse, and waits where it
// promises its result: some methods of the file system's do in older browsers
// only. What is thrown, now or later, is returned as a js.Error.
func ask(v js.Value, method string, args ...any) (result js.Value, err error) {
	if kind := v.Type(); kind != js.TypeObject && kind != js.TypeFunction { // Get would panic
		return js.Value{}, fmt.Errorf("there is nothing to ask for %s", method)
	}
	if v.Get(method).Type() != js.TypeFunction {
		return js.Value{}, fmt.Errorf("this browser lacks %s", method)
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			err = r
		default:
			panic(r)
		}
	}()
	promise := js.Global().Get("Promise").Call("resolve", v.Call(method, args...))
	return await(context.Background(), promise)
}

// isNamed tells whether an error is a DOMException of a name.
func isNamed(err error, name string) bool {
	thrown, ok := err.(js.Error)
	return ok && thrown.Get("name").String() == name
}
