//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"syscall/js"
	"testing"
	"time"

	"tcmoa/core"
	"tcmoa/quant"
)

// run runs a pass of the small network and returns its error.
func run(n *core.Network) error { return runUntil(context.Background(), n) }

func runUntil(ctx context.Context, n *core.Network) error {
	controls, err := core.TaskControls(n.Config, n.Config.Tasks[0])
	if err != nil {
		return err
	}
	req := core.Request{A: scene(112, 112, 0), B: scene(112, 112, 1), Controls: controls}
	_, err = n.Fuse(ctx, req, core.NewRGBA(112, 112))
	return err
}

// A device that is lost, whenever that is, is ErrLost, and a new backend with
// the weights loaded again computes.
func TestLostDevice(t *testing.T) {
	moments := map[string]func(b *Backend, n *core.Network) error{
		"before the first pass": func(b *Backend, n *core.Network) error {
			b.dev.value.Call("destroy")
			return run(n)
		},
		"between passes": func(b *Backend, n *core.Network) error {
			if err := run(n); err != nil {
				return err
			}
			b.dev.value.Call("destroy")
			return run(n)
		},
		"while kernels are compiled": func(b *Backend, n *core.Network) error {
			_ = b.Prepare(n.Config)
			b.dev.value.Call("destroy")
			return run(n)
		},
		"while the GPU computes": func(b *Backend, n *core.Network) error {
			replay := b.dev.replay
			b.dev.replay = js.FuncOf(func(_ js.Value, args []js.Value) any {
				all := make([]any, len(args))
				for i, a := range args {
					all[i] = a
				}
				replay.Invoke(all...)
				b.dev.value.Call("destroy")
				return nil
			}).Value
			return run(n)
		},
		"while weights are loaded": func(b *Backend, n *core.Network) error {
			b.dev.value.Call("destroy")
			<-b.dev.gone
			_, err := b.Load(core.Param{Name: "x", Shape: []int{4}}, core.Tensor{Shape: []int{4}, F32: make([]float32, 4)})
			return err
		},
	}
	for name, lose := range moments {
		t.Run(name, func(t *testing.T) {
			net, gpu := blendNetwork(t, Options{})
			if err := lose(gpu, net); !errors.Is(err, ErrLost) {
				t.Errorf("error %v, want ErrLost", err)
			}
			again := load(t, quant.Quantised(model(t, "blend")), open(t, Options{}))
			if err := run(again); err != nil {
				t.Errorf("a new device: %v", err)
			}
		})
	}
}

// A rejected promise or a refused command at any place is an error, never a
// picture, and what comes after works.
func TestInjectedFaults(t *testing.T) {
	const reject, throw = "return Promise.reject(new Error('injected'))", "throw new Error('injected')"
	for _, f := range []struct {
		method, body string
		of           func(*device) js.Value
	}{
		{"createComputePipelineAsync", reject, deviceValue},
		{"popErrorScope", reject, deviceValue},
		{"createBuffer", throw, deviceValue},
		{"createQuerySet", throw, deviceValue},
		{"createBindGroup", throw, deviceValue},
		{"createCommandEncoder", throw, deviceValue},
		{"writeBuffer", throw, queueValue},
		{"submit", throw, queueValue},
		{"onSubmittedWorkDone", throw, queueValue},
		{"mapAsync", reject, bufferValue},
	} {
		t.Run(f.method, func(t *testing.T) {
			net, gpu := blendNetwork(t, Options{Profile: true})
			if f.method == "createQuerySet" && !gpu.Offer().Timestamps {
				t.Skip("this adapter has no timestamps")
			}
			restore := replace(f.of(gpu.dev), f.method, f.body)
			err := run(net)
			restore()
			if !errors.Is(err, ErrFault) && !errors.Is(err, ErrMemory) {
				t.Errorf("error %v", err)
			}
			t.Log(err)
			if err := run(net); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func deviceValue(d *device) js.Value { return d.value }
func queueValue(d *device) js.Value  { return d.queue }
func bufferValue(*device) js.Value   { return js.Global().Get("GPUBuffer").Get("prototype") }

// What never comes is not waited for beyond the end of the context.
func TestEveryWaitEndsWithItsContext(t *testing.T) {
	const never = "return new Promise(() => {})"
	for _, f := range []struct {
		method string
		of     func(*device) js.Value
	}{
		{"createComputePipelineAsync", deviceValue},
		{"popErrorScope", deviceValue},
		{"mapAsync", bufferValue},
	} {
		t.Run(f.method, func(t *testing.T) {
			net, gpu := blendNetwork(t, Options{})
			defer replace(f.of(gpu.dev), f.method, never)()
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			if err := runUntil(ctx, net); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
	}
	gpu := js.Global().Get("navigator").Get("gpu")
	adapter, err := follow(gpu.Call("requestAdapter")).wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for method, object := range map[string]js.Value{
		"requestAdapter": gpu,
		"requestDevice":  js.Global().Get("Object").Call("getPrototypeOf", adapter),
	} {
		t.Run(method, func(t *testing.T) {
			defer replace(object, method, never)()
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			if _, err := New(ctx, Options{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A cancelled pass leaves nothing behind that the next one stumbles over.
func TestPassAfterACancelledOne(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	if err := run(net); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	replay := gpu.dev.replay
	gpu.dev.replay = js.FuncOf(func(_ js.Value, args []js.Value) any {
		all := make([]any, len(args))
		for i, a := range args {
			all[i] = a
		}
		replay.Invoke(all...)
		cancel() // the result is still being computed
		return nil
	}).Value
	if err := runUntil(ctx, net); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	gpu.dev.replay = replay
	if err := run(net); err != nil {
		t.Error(err)
	}
}

// Weights are uploaded without waiting: that they found no memory is said later,
// by an event, and as such.
func TestNoMemoryForWeights(t *testing.T) {
	gpu := open(t, Options{})
	class := js.Global().Get("GPUOutOfMemoryError")
	if !class.Truthy() {
		t.Skip("there is no GPUOutOfMemoryError here")
	}
	gpu.dev.fail(refused(class.New("injected")))
	p, w := core.Param{Name: "x", Shape: []int{4}}, core.Tensor{Shape: []int{4}, F32: make([]float32, 4)}
	if _, err := gpu.Load(p, w); !errors.Is(err, ErrMemory) {
		t.Errorf("error %v, want ErrMemory", err)
	}
}

// replace puts a function of the given body in the place of an object's method.
func replace(object js.Value, method, body string) (restore func()) {
	global := js.Global().Get("Object")
	before := global.Call("getOwnPropertyDescriptor", object, method)
	global.Call("defineProperty", object, method, map[string]any{
		"value": js.Global().Get("Function").New(body), "configurable": true,
	})
	return func() {
		if before.IsUndefined() {
			js.Global().Get("Reflect").Call("deleteProperty", object, method)
		} else {
			global.Call("defineProperty", object, method, before)
		}
	}
}

// What the browser lacks is ErrUnavailable with a sentence.
func TestUnavailable(t *testing.T) {
	navigator := js.Global().Get("navigator")
	gpu := navigator.Get("gpu")
	stand := func(v any) {
		js.Global().Get("Object").Call("defineProperty", navigator, "gpu", map[string]any{"value": v, "configurable": true})
	}
	defer stand(gpu)
	promise := js.Global().Get("Promise")
	adapter := func(limits map[string]any) any {
		request := js.FuncOf(func(js.Value, []js.Value) any {
			return promise.Call("resolve", map[string]any{"limits": limits})
		})
		return map[string]any{"requestAdapter": request}
	}
	none := js.FuncOf(func(js.Value, []js.Value) any { return promise.Call("resolve", nil) })
	for name, value := range map[string]any{
		"no WebGPU":        js.Undefined(),
		"no adapter":       map[string]any{"requestAdapter": none},
		"too small limits": adapter(map[string]any{"maxComputeWorkgroupStorageSize": 1024}),
	} {
		t.Run(name, func(t *testing.T) {
			stand(value)
			b, err := New(context.Background(), Options{})
			if !errors.Is(err, ErrUnavailable) {
				t.Fatalf("%v, error %v", b, err)
			}
			t.Log(err)
		})
	}
}
