//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"image"
	"reflect"
	"slices"
	"syscall/js"
	"testing"

	"tcmoa/core"
)

// steered is a tile of the small network, whose mixtures of adapters (MoAs) follow
// blocks 1 and 3 of its encoder's four and block 1 of its decoder's two.
type steered struct {
	*testing.T
	net *core.Network
	job core.TileJob
}

func newSteered(t *testing.T, net *core.Network, limit int) *steered {
	controls, err := core.TaskControls(net.Config, "mef")
	if err != nil {
		t.Fatal(err)
	}
	controls.SetPrompt(net.Config, core.NoChange)
	return &steered{t, net, core.TileJob{
		A: scene(110, 108, 0), B: scene(110, 108, 2), Rect: image.Rect(0, 0, 112, 112),
		Controls: controls, Maps: true, Checkpoints: core.NewCheckpoints(limit),
	}}
}

// change moves the prompts of a MoA.
func (s *steered) change(moa int) {
	s.job.Controls.Prompts = slices.Clone(s.job.Controls.Prompts)
	s.job.Controls.Prompts[moa].Beta += 0.125
}

// run runs the tile on top of the checkpoints, and demands that so many blocks are not
// computed again, and the result of a whole pass, bit by bit.
func (s *steered) run(what string, reused int) {
	s.Helper()
	got, err := s.net.RunTile(context.Background(), s.job, nil)
	if err != nil {
		s.Fatalf("%s: %v", what, err)
	}
	if got.Reused != reused {
		s.Errorf("%s: %d blocks reused, want %d", what, got.Reused, reused)
	}
	whole := s.job
	whole.Checkpoints = nil
	want, err := s.net.RunTile(context.Background(), whole, nil)
	if err != nil {
		s.Fatalf("%s: %v", what, err)
	}
	got.Reused = 0
	if !reflect.DeepEqual(got, want) {
		s.Errorf("%s: another result than a whole pass", what)
	}
}

// What comes before the first MoA that is steered in another way is not computed
// again, and only a change of which that is takes a program of its own.
func TestCheckpoints(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	s := newSteered(t, net, 1<<30)
	held := holds(gpu, "saved")
	s.run("at first", 0)
	s.run("no change", 6)
	s.change(2)
	s.run("the decoder's MoA", 6)
	s.change(1)
	s.run("the encoder's second MoA", 4)
	builds := gpu.Counters().Builds
	s.change(1)
	s.run("the same again", 4)
	s.change(1)
	s.run("and again", 4)
	if n := gpu.Counters().Builds - builds; n != 0 {
		t.Errorf("moving one MoA on took %d programs", n)
	}
	s.change(0)
	s.run("the first MoA", 2)
	s.job.Controls.Router = []float32{1, 0, 0}
	s.run("another router", 2)
	s.job.Beta = make([]float32, net.Config.Window*net.Config.Window)
	s.job.Beta[7] = 0.25
	s.run("a region", 2)
	a := s.job.A
	s.job.A = scene(110, 108, 1)
	s.run("another picture", 0)
	s.job.A = a
	s.run("the first picture again", 6)
	if n := s.job.Checkpoints.Bytes(); held() != n || n == 0 {
		t.Errorf("the GPU holds %d bytes, and the books say %d", held(), n)
	}
	s.job.Checkpoints.Clear()
	if held() != 0 {
		t.Errorf("the GPU holds %d bytes that nobody wants", held())
	}
	s.run("when all is forgotten", 0)
}

// The limit is one of the GPU's memory.
func TestCheckpointsLimit(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	held := holds(gpu, "saved")
	streams := 8 * net.Config.Window * net.Config.Window * net.Config.Dim
	for name, tc := range map[string]struct{ limit, reused int }{
		"nothing": {0, 0}, "decisions": {streams / 2, 0}, "the first MoA's": {streams + streams/2, 2},
	} {
		s := newSteered(t, net, tc.limit)
		s.run(name+", at first", 0)
		s.change(2)
		s.run(name, tc.reused)
		if held() > tc.limit || held() != s.job.Checkpoints.Bytes() {
			t.Errorf("%s: the GPU holds %d bytes, the books say %d, the limit %d", name, held(), s.job.Checkpoints.Bytes(), tc.limit)
		}
		s.job.Checkpoints.Clear()
	}
}

// A pass that was broken off leaves what the GPU was told to keep until then.
func TestCheckpointsOfABrokenOffPass(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	gpu.perSubmit = 1e7
	broken := func(s *steered, after int) {
		t.Helper()
		ctx, cancel := context.WithCancel(context.Background())
		gpu.Progress(func(done, total int) {
			if done*100 >= after*total {
				cancel()
			}
		})
		defer gpu.Progress(nil)
		if _, err := net.RunTile(ctx, s.job, nil); !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v", err)
		}
	}
	early := newSteered(t, net, 1<<30)
	broken(early, 0)
	early.run("broken off at once", 0)
	late := newSteered(t, net, 1<<30)
	broken(late, 50)
	late.run("broken off half way", 4)
	late.change(0)
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := net.RunTile(ctx, late.job, func(core.Step) { cancel() }); err == nil {
		t.Fatal("a cancelled pass gives no error")
	}
	late.run("broken off before anything ran", 2)
}

// What a pass that failed was to keep is not relied on, and memory that is lacking for
// it is no failure.
func TestCheckpointsOfAFaultyGPU(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	s := newSteered(t, net, 1<<30)
	s.run("at first", 0)
	s.change(1)
	restore := replace(js.Global().Get("GPUBuffer").Get("prototype"), "mapAsync", "return Promise.reject(new Error('injected'))")
	_, err := net.RunTile(context.Background(), s.job, nil)
	restore()
	if !errors.Is(err, ErrFault) {
		t.Fatalf("error %v", err)
	}
	s.run("after a fault in what went on from the encoder's second MoA", 2)

	s = newSteered(t, net, 1<<30)
	restore = replace(gpu.dev.value, "createBuffer", "throw new Error('injected')")
	if _, err := net.RunTile(context.Background(), s.job, nil); err != nil {
		t.Errorf("no memory to keep anything: %v", err)
	}
	restore()
	s.run("without memory", 0)

	gpu.dev.value.Call("destroy")
	s.job.Checkpoints.Clear()
}

// holds counts the bytes of the buffers of a label that a device holds.
func holds(b *Backend, label string) (held func() int) {
	script := `
		let held = 0;
		const make = device.createBuffer;
		device.createBuffer = (descriptor) => {
			const buffer = make.call(device, descriptor);
			if (descriptor.label === label) {
				held += descriptor.size;
				const destroy = buffer.destroy;
				buffer.destroy = () => {
					held -= descriptor.size;
					destroy.call(buffer);
				};
			}
			return buffer;
		};
		return () => held;`
	count := js.Global().Get("Function").New("device", "label", script).Invoke(b.dev.value, label)
	return func() int { return count.Invoke().Int() }
}
