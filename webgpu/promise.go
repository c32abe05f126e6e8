//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"syscall/js"
)

// promise is a pending JavaScript promise. Both callbacks are let go when it
// settles.
type promise struct {
	done  chan struct{}
	value js.Value
	err   error
}

// follow starts to wait for a promise.
func follow(v js.Value) *promise {
	p := &promise{done: make(chan struct{})}
	var fulfilled, rejected js.Func
	settle := func(v js.Value, err error) {
		p.value, p.err = v, err
		fulfilled.Release()
		rejected.Release()
		close(p.done)
	}
	fulfilled = js.FuncOf(func(_ js.Value, args []js.Value) any {
		settle(args[0], nil)
		return nil
	})
	rejected = js.FuncOf(func(_ js.Value, args []js.Value) any {
		settle(js.Undefined(), errors.New(message(args[0])))
		return nil
	})
	v.Call("then", fulfilled, rejected)
	return p
}

// wait returns the promise's value, or the error of ctx where that ends first.
func (p *promise) wait(ctx context.Context) (js.Value, error) {
	select {
	case <-p.done:
		return p.value, p.err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

// discard destroys the device that the promise brings after all.
func (p *promise) discard() {
	<-p.done
	if p.err == nil {
		p.value.Call("destroy")
	}
}

// message is what an exception or a GPUError says.
func message(v js.Value) string {
	if v.Type() == js.TypeObject {
		if m := v.Get("message"); m.Type() == js.TypeString {
			return m.String()
		}
	}
	return js.Global().Get("String").Invoke(v).String()
}

// try calls a JavaScript method and turns an exception into an error.
func try(v js.Value, method string, args ...any) (result js.Value, err error) {
	err = guard(func() { result = v.Call(method, args...) })
	return result, err
}

// guard calls fn and turns an exception of JavaScript into an error.
func guard(fn func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(js.Error)
			if !ok {
				panic(r)
			}
			err = errors.New(message(e.Value))
		}
	}()
	fn()
	return nil
}
