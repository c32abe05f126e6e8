//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"sync"
	"syscall/js"
	"unsafe"
)

// What the kernels need at least. Every WebGPU adapter that is not in
// compatibility mode has it.
const (
	minWorkgroupMemory = 16 << 10
	minInvocations     = 256
	minStorageBuffers  = 8
)

// device is a GPUDevice with its queue, and everything known of it.
type device struct {
	value, queue js.Value
	name         string // of the adapter, for a reader
	identity     string // everything that the adapter tells of itself
	software     bool   // the adapter is a program on the CPU
	offer        Offer
	maxBuffer    int  // bytes that a buffer, and a binding of it, may have
	maxTexture   int  // pixels that a side of a texture may have
	bitmaps      bool // pixels can come from the browser's bitmaps

	// objects is the JavaScript array in which replay.js finds pipelines, bind
	// groups and buffers by number.
	objects js.Value
	count   int
	unused  []int

	staging      js.Value // Uint8Array, grown to the largest transfer
	stagingBytes int

	replay js.Value
	funcs  []js.Func

	mu    sync.Mutex
	lost  error // why the device is gone
	fault error // the first error that no one else was told of
	gone  chan struct{}
}

func unavailable(format string, args ...any) error {
	return &failure{ErrUnavailable, fmt.Sprintf(format, args...)}
}

// openDevice asks the browser for an adapter and a device.
func openDevice(ctx context.Context, opt Options) (*device, error) {
	gpu := js.Global().Get("navigator")
	if gpu.Truthy() {
		gpu = gpu.Get("gpu")
	}
	if !gpu.Truthy() {
		return nil, unavailable("This browser has no WebGPU.")
	}
	replay := js.Global().Get("tcmoaReplay")
	if !replay.Truthy() {
		return nil, unavailable("The page has not loaded webgpu/replay.js.")
	}
	adapter, err := follow(gpu.Call("requestAdapter", map[string]any{"powerPreference": "high-performance"})).wait(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, unavailable("The browser offers no GPU: %v.", err)
	}
	if !adapter.Truthy() {
		return nil, unavailable("The browser offers no GPU that WebGPU can use.")
	}
	d := &device{replay: replay, gone: make(chan struct{}), software: isSoftware(adapter)}
	if d.software && opt.Hardware {
		return nil, unavailable("The browser only imitates a GPU, which is slower than the CPU.")
	}
	limits := adapter.Get("limits")
	for _, l := range []struct {
		name string
		min  int
	}{
		{"maxComputeWorkgroupStorageSize", minWorkgroupMemory},
		{"maxComputeInvocationsPerWorkgroup", minInvocations},
		{"maxStorageBuffersPerShaderStage", minStorageBuffers},
	} {
		if v := limits.Get(l.name); !v.Truthy() || v.Int() < l.min {
			return nil, unavailable("The GPU is too small: its %s is below %d.", l.name, l.min)
		}
	}
	d.maxBuffer = int(min(limits.Get("maxBufferSize").Float(), limits.Get("maxStorageBufferBindingSize").Float(), 1<<30))
	d.offer = offered(gpu, adapter).less(opt)
	d.offer.WorkgroupMemory = min(limits.Get("maxComputeWorkgroupStorageSize").Int(), 32<<10)
	if opt.WorkgroupMemory > 0 {
		d.offer.WorkgroupMemory = min(d.offer.WorkgroupMemory, opt.WorkgroupMemory)
	}
	d.name, d.identity = describe(adapter.Get("info")), identity(adapter.Get("info"))
	coming := follow(adapter.Call("requestDevice", map[string]any{
		"requiredFeatures": d.offer.features(),
		"requiredLimits": map[string]any{
			"maxComputeWorkgroupStorageSize": d.offer.WorkgroupMemory,
			"maxBufferSize":                  d.maxBuffer,
			"maxStorageBufferBindingSize":    d.maxBuffer,
		},
	}))
	value, err := coming.wait(ctx)
	if ctx.Err() != nil {
		go coming.discard()
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, unavailable("The GPU gave no device: %v.", err)
	}
	d.value, d.queue = value, value.Get("queue")
	d.objects = js.Global().Get("Array").New()
	d.maxTexture = value.Get("limits").Get("maxTextureDimension2D").Int()
	d.watch()
	d.bitmaps = d.copiesBitmaps(ctx)
	if ctx.Err() != nil {
		d.close()
		return nil, ctx.Err()
	}
	return d, nil
}

// watch takes note when the device is lost or reports an error that belongs to
// no call.
func (d *device) watch() {
	lost := follow(d.value.Get("lost"))
	go func() {
		info, _ := lost.wait(context.Background())
		reason := message(info)
		d.mu.Lock()
		d.lost = &failure{ErrLost, "The GPU was reset or taken away: " + reason}
		d.mu.Unlock()
		close(d.gone)
	}()
	onError := js.FuncOf(func(_ js.Value, args []js.Value) any {
		d.fail(refused(args[0].Get("error")))
		return nil
	})
	d.funcs = append(d.funcs, onError)
	d.value.Call("addEventListener", "uncapturederror", onError)
}

// refused is what an error that belongs to no call means: weights, which are
// loaded without waiting, may find no memory.
func refused(v js.Value) error {
	if class := js.Global().Get("GPUOutOfMemoryError"); class.Truthy() && v.InstanceOf(class) {
		return &failure{ErrMemory, "The GPU has too little memory: " + message(v)}
	}
	return &failure{ErrFault, "The GPU refused a command: " + message(v)}
}

// fail keeps the first fault, which the next check reports.
func (d *device) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fault == nil {
		d.fault = err
	}
}

// check returns why the device cannot be used any more, or a fault, once.
func (d *device) check() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lost != nil {
		return d.lost
	}
	err := d.fault
	d.fault = nil
	return err
}

// await waits for a promise, but not beyond the loss of the device or the end of
// ctx.
func (d *device) await(ctx context.Context, p *promise) (js.Value, error) {
	select {
	case <-p.done:
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	case <-d.gone:
		return js.Undefined(), d.check()
	}
	if p.err != nil {
		// A lost device rejects what is pending before it says that it is lost.
		lost := d.value.Get("lost")
		tick := follow(js.Global().Get("Promise").Call("race", []any{lost, js.Global().Get("Promise").Call("resolve")}))
		<-tick.done
		if err := d.check(); err != nil {
			return js.Undefined(), err
		}
		return js.Undefined(), &failure{ErrFault, "The GPU failed: " + p.err.Error()}
	}
	return p.value, nil
}

// scoped runs fn and returns what errors of a class ("validation",
// "out-of-memory") it caused, or what it threw.
func (d *device) scoped(ctx context.Context, class string, kind error, fn func()) error {
	d.value.Call("pushErrorScope", class)
	thrown := guard(fn)
	v, err := d.await(ctx, follow(d.value.Call("popErrorScope")))
	switch {
	case err != nil:
		return err
	case thrown != nil:
		return &failure{ErrFault, "The GPU failed: " + thrown.Error()}
	case v.Truthy():
		return &failure{kind, "The GPU refused a command: " + message(v)}
	}
	return nil
}

// commanded calls fn, which gives the GPU commands. What the browser throws is
// the GPU's failure, or its loss.
func (d *device) commanded(fn func()) error {
	err := guard(fn)
	if err == nil {
		return nil
	}
	if lost := d.check(); lost != nil {
		return lost
	}
	return &failure{ErrFault, "The GPU failed: " + err.Error()}
}

// register puts a JavaScript object where replay.js finds it.
func (d *device) register(v js.Value) int {
	if last := len(d.unused) - 1; last >= 0 {
		i := d.unused[last]
		d.unused = d.unused[:last]
		d.objects.SetIndex(i, v)
		return i
	}
	d.objects.SetIndex(d.count, v)
	d.count++
	return d.count - 1
}

func (d *device) unregister(i int) {
	d.objects.SetIndex(i, js.Null())
	d.unused = append(d.unused, i)
}

// stage copies bytes to JavaScript; the result is good until the next call.
func (d *device) stage(data []byte) js.Value {
	if len(data) > d.stagingBytes {
		d.stagingBytes = max(len(data), 2*d.stagingBytes)
		d.staging = js.Global().Get("Uint8Array").New(d.stagingBytes)
	}
	js.CopyBytesToJS(d.staging, data)
	return d.staging
}

// write uploads bytes, a multiple of four, to a buffer.
func (d *device) write(b buffer, offset int, data []byte) {
	if len(data) > 0 {
		d.queue.Call("writeBuffer", b.value, offset, d.stage(data), 0, len(data))
	}
}

// close lets go of the device and all its memory.
func (d *device) close() {
	d.value.Call("destroy")
	for _, f := range d.funcs {
		f.Release()
	}
	d.funcs = nil
}

// bytesOf is a slice's memory.
func bytesOf[T int8 | uint8 | uint32 | float32](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(v[0])))
}

// floatsOf is memory as float32.
func floatsOf(v []byte) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(&v[0])), len(v)/4)
}
