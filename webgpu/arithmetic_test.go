//go:build js && wasm

package webgpu

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	cpukernel "tcmoa/core/cpu/kernel"
)

// probe computes, for pairs of floats, a value of every operation that the
// kernels round.
const probe = `
@group(0) @binding(0) var<storage, read> pairs: array<vec2<f32>>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let a = pairs[id.x].x;
    let b = pairs[id.x].y;
    let at = 9u * id.x;
    out[at] = a * b + a;
    out[at + 1u] = a / b;
    out[at + 2u] = 1.0 / b;
    out[at + 3u] = sqrt(abs(a));
    out[at + 4u] = round(floor(a * 64.0) + 0.5);
    out[at + 5u] = exponential(clamp(a, -87.0, 90.0));
    out[at + 6u] = sigmoid(clamp(a, -87.0, 90.0));
    out[at + 7u] = logarithm(max(abs(a), 1e-9));
    out[at + 8u] = gelu(clamp(a, -12.0, 100.0));
}
`

// operations are probe's, as the CPU backend computes them: those of IEEE 754,
// and behind them the project's own functions.
var operations = [9]struct {
	name string
	of   func(a, b float32) float32
}{
	{"multiply, then add", func(a, b float32) float32 { return float32(a*b) + a }},
	{"divide", func(a, b float32) float32 { return a / b }},
	{"reciprocal", func(_, b float32) float32 { return 1 / b }},
	{"square root", func(a, _ float32) float32 { return float32(math.Sqrt(float64(abs(a)))) }},
	{"round to even", func(a, _ float32) float32 { return float32(math.RoundToEven(math.Floor(float64(a*64)) + 0.5)) }},
	{"exponential", func(a, _ float32) float32 { return each(cpukernel.Exp, min(max(a, -87), 90)) }},
	{"sigmoid", func(a, _ float32) float32 { return each(cpukernel.Sigmoid, min(max(a, -87), 90)) }},
	{"logarithm", func(a, _ float32) float32 { return each(cpukernel.Log, max(abs(a), 1e-9)) }},
	{"GELU", func(a, _ float32) float32 { return each(cpukernel.GELU, min(max(a, -12), 100)) }},
}

// ieee is how many of the operations are those of IEEE 754.
const ieee = 5

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }

func each(f func([]float32), x float32) float32 {
	v := []float32{x}
	f(v)
	return v[0]
}

// inexact counts, by operation, for how many of n random pairs an adapter
// rounds otherwise than the CPU backend does.
func inexact(t testing.TB, dev *device, n int) [len(operations)]int {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 5))
	pairs := make([]float32, 2*n)
	for i := range pairs {
		pairs[i] = float32(random.NormFloat64() * math.Exp(2*random.NormFloat64()))
	}
	var text strings.Builder
	text.WriteString(probe)
	for _, file := range []string{"exp.wgsl", "gelu.wgsl", "log.wgsl"} {
		if err := (&preprocessor{out: &text}).file(file); err != nil {
			t.Fatal(err)
		}
	}
	module := dev.value.Call("createShaderModule", map[string]any{"code": text.String()})
	pipeline := dev.value.Call("createComputePipeline", map[string]any{
		"layout": "auto", "compute": map[string]any{"module": module, "entryPoint": "main"},
	})
	newBuffer := func(bytes, usage int) buffer {
		b, err := dev.newBuffer("probe", bytes, usage)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	size := 4 * len(operations) * n
	in := newBuffer(8*n, usageStorage|usageCopyDst)
	out := newBuffer(size, usageStorage|usageCopySrc)
	back := newBuffer(size, usageMapRead|usageCopyDst)
	defer func() { in.destroy(); out.destroy(); back.destroy() }()
	dev.write(in, 0, bytesOf(pairs))
	entry := func(i int, b buffer) any {
		return map[string]any{"binding": i, "resource": map[string]any{"buffer": b.value}}
	}
	group := dev.value.Call("createBindGroup", map[string]any{
		"layout": pipeline.Call("getBindGroupLayout", 0), "entries": []any{entry(0, in), entry(1, out)},
	})
	encoder := dev.value.Call("createCommandEncoder")
	run := encoder.Call("beginComputePass")
	run.Call("setPipeline", pipeline)
	run.Call("setBindGroup", 0, group)
	run.Call("dispatchWorkgroups", n/64)
	run.Call("end")
	encoder.Call("copyBufferToBuffer", out.value, 0, back.value, 0, size)
	dev.queue.Call("submit", []any{encoder.Call("finish")})
	if _, err := follow(back.value.Call("mapAsync", mapRead, 0, size)).wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	var wrong [len(operations)]int
	for i, v := range floatsOf(back.mapped(size)) {
		pair := pairs[i/len(operations)*2:]
		if flushed(v) != flushed(operations[i%len(operations)].of(pair[0], pair[1])) {
			wrong[i%len(operations)]++
		}
	}
	return wrong
}

// flushed is v, or 0 for a subnormal number, which WGSL allows an adapter to make of
// it at any time.
func flushed(v float32) float32 {
	if abs(v) < 0x1p-126 {
		return 0
	}
	return v
}

// exact tells whether an adapter rounds every single operation as IEEE 754 and
// the CPU backend do, so that the same results can be demanded, bit by bit. The
// software adapters that the tests run on do. WebGPU leaves a GPU free to round
// a product only after something was added to it, and a quotient to a few units
// in the last place.
func exact(t testing.TB, gpu *Backend) bool {
	t.Helper()
	yes, known := exactDevices[gpu.dev]
	if !known {
		wrong := inexact(t, gpu.dev, 1<<12)
		yes = [ieee]int(wrong[:ieee]) == [ieee]int{}
		exactDevices[gpu.dev] = yes
	}
	return yes
}

// exactDevices are the answers so far.
var exactDevices = map[*device]bool{}

func TestArithmetic(t *testing.T) {
	gpu := open(t, Options{})
	const n = 1 << 16
	for i, wrong := range inexact(t, gpu.dev, n) {
		t.Logf("%s: %d of %d differ", operations[i].name, wrong, n)
		if i >= ieee && wrong > 0 && exact(t, gpu) {
			t.Errorf("%s is not the CPU's", operations[i].name)
		}
	}
}
