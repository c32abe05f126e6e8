//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"tcmoa/core"
	"tcmoa/quant"
)

// run runs a pass of the small network and returns its error.
func run(n *core.Network) error {
	controls, err := core.TaskControls(n.Config, n.Config.Tasks[0])
	if err != nil {
		return err
	}
	req := core.Request{A: scene(112, 112, 0), B: scene(112, 112, 1), Controls: controls}
	_, err = n.Fuse(context.Background(), req, core.NewRGBA(112, 112))
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
// picture.
func TestInjectedFaults(t *testing.T) {
	for _, method := range []string{"createComputePipelineAsync", "popErrorScope", "createBuffer", "createQuerySet"} {
		t.Run(method, func(t *testing.T) {
			net, gpu := blendNetwork(t, Options{Profile: true})
			if method == "createQuerySet" && !gpu.Offer().Timestamps {
				t.Skip("this adapter has no timestamps")
			}
			body := "return Promise.reject(new Error('injected'))"
			if method == "createBuffer" || method == "createQuerySet" {
				body = "throw new Error('injected')"
			}
			restore := replace(gpu.dev.value, method, body)
			err := run(net)
			if err == nil {
				t.Error("no error")
			}
			t.Log(err)
			restore()
			if err := run(net); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// replace puts a function of the given body in the place of an object's method.
func replace(object js.Value, method, body string) (restore func()) {
	js.Global().Get("Object").Call("defineProperty", object, method, map[string]any{
		"value": js.Global().Get("Function").New(body), "configurable": true,
	})
	return func() { js.Global().Get("Reflect").Call("deleteProperty", object, method) }
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
			b, err := New(Options{})
			if !errors.Is(err, ErrUnavailable) {
				t.Fatalf("%v, error %v", b, err)
			}
			t.Log(err)
		})
	}
}
