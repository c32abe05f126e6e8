//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
)

// scene is a smooth picture with some texture, so that a fusion is not noise.
func scene(width, height int, phase float64) *core.RGBA {
	p := core.NewRGBA(width, height)
	for y := range height {
		for x := range width {
			for c := range 3 {
				v := 0.5 + 0.3*math.Sin(float64(x)/17+phase+float64(c)) + 0.2*math.Cos(float64(x*y)/400-phase)
				p.Pix[4*(y*width+x)+c] = core.Byte(float32(v))
			}
		}
	}
	return p
}

// fuse fuses two scenes that are not a whole number of windows.
func fuse(t testing.TB, n *core.Network, width, height int, change func(*core.Request)) *core.RGBA {
	t.Helper()
	controls, err := core.TaskControls(n.Config, n.Config.Tasks[1])
	if err != nil {
		t.Fatal(err)
	}
	req := core.Request{A: scene(width, height, 0), B: scene(width, height, 2), Controls: controls}
	if change != nil {
		change(&req)
	}
	out := core.NewRGBA(width, height)
	if _, err := n.Fuse(context.Background(), req, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// levels is the largest difference of two pictures in levels of 255.
func levels(a, b *core.RGBA) int {
	worst := 0
	for i := range a.Pix {
		worst = max(worst, int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
	}
	return worst
}

// near reports two pictures that differ by more than a level, where the adapter
// rounds as the CPU does; elsewhere, those of which more than a share of the values is off by
// more than two levels of 255, or one by more than most.
//
// On such an adapter integer arithmetic is the same as well, but an activation on
// the edge between two integers may fall to the other side. That moves its token
// a little, and where two experts are almost equally good, or a weight almost
// undecided, the network makes more of it, as it does of the quantisation itself.
func near(t *testing.T, what string, gpu *Backend, got, want *core.RGBA, most int, share float64) {
	t.Helper()
	off := 0
	for i := range got.Pix {
		if d := int(got.Pix[i]) - int(want.Pix[i]); d < -2 || d > 2 {
			off++
		}
	}
	worst, beyond := levels(got, want), float64(off)/float64(len(got.Pix))
	t.Logf("%s: at most %d levels, %.4f %% beyond 2", what, worst, 100*beyond)
	if !gpu.Offer().F16 && exact(t, gpu) {
		most, share = 1, 0 // the last step's local means are the only sums that are not the CPU's (doc.go)
	}
	if worst > most || beyond > share {
		t.Errorf("%s: differs by up to %d levels of 255, %.4f %% of the values by more than 2", what, worst, 100*beyond)
	}
}

// The int8 network on the GPU is the int8 network on the CPU. The one with a
// blend head has random weights and decides at random: its bound on adapters that
// round otherwise is what quantisation does to it on the CPU.
func TestInt8NetworkEqualsCPU(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		if gpu.opt.Precision != Int8 {
			t.Skip("float mode has the golden files")
		}
		for _, name := range []string{"blend", "official"} {
			src := quant.Quantised(model(t, name))
			net := load(t, src, gpu)
			ref := load(t, src, cpu.New(cpu.Options{Precision: cpu.Int8}))
			got, want := fuse(t, net, 150, 100, nil), fuse(t, ref, 150, 100, nil)
			switch {
			case name != "blend":
				near(t, name, gpu, got, want, 2, 0)
			case gpu.dev.offer.F16:
				// The pixels of this random network follow single tokens, and in f16 many
				// activations round to another of their 127 values, those within attention
				// among them: measured, 38 levels and 13 %. The shipped model on its
				// samples: one level.
				near(t, name, gpu, got, want, 48, 0.2)
			default:
				near(t, name, gpu, got, want, 8, 0.03)
			}
		}
	})
}

func blendNetwork(t testing.TB, opt Options) (*core.Network, *Backend) {
	gpu := open(t, opt)
	return load(t, quant.Quantised(model(t, "blend")), gpu), gpu
}

// Memory, bind groups and commands made for a shape serve every later pass of
// it, and leave nothing of one pass in another.
func TestPassesOfAShapeShareTheirProgram(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	first := fuse(t, net, 112, 112, nil)
	after := gpu.Counters()
	if after.Builds != 1 || after.Passes != 1 {
		t.Errorf("after one pass: %+v", after)
	}
	steered := fuse(t, net, 112, 112, func(r *core.Request) { r.Controls.SetPrompt(net.Config, core.Prompt{Alpha: 2, Beta: 0.3}) })
	if levels(first, steered) == 0 {
		t.Error("the prompts' steering changes nothing")
	}
	for range 2 {
		if again := fuse(t, net, 112, 112, nil); !slices.Equal(again.Pix, first.Pix) {
			t.Error("the same pass gives another picture")
		}
	}
	if c := gpu.Counters(); c.Builds != 1 || c.Passes != 4 {
		t.Errorf("after four passes: %+v", c)
	}
	fuse(t, net, 112, 224, nil)
	if fuse(t, net, 224, 112, nil); gpu.Counters().Builds != 2 {
		t.Error("the same number of windows the other way round takes other memory")
	}
	memory := func() (n int) {
		for _, s := range gpu.arena.slots {
			n += s.bytes
		}
		return n
	}
	before := memory()
	for windows := 3; windows < 3+maxPrograms; windows++ { // one more than are kept
		fuse(t, net, 112, 112*windows, nil)
	}
	most := memory()
	if again := fuse(t, net, 112, 112, nil); !slices.Equal(again.Pix, first.Pix) {
		t.Error("after other shapes the same pass gives another picture")
	}
	c := gpu.Counters()
	if c.Builds != 2+maxPrograms+1 || len(gpu.programs) != maxPrograms {
		t.Errorf("after other shapes: %+v, %d programs", c, len(gpu.programs))
	}
	if before >= most || memory() > most {
		t.Errorf("%d bytes for two windows, %d for many, and %d for one more shape", before, most, memory())
	}
	t.Logf("%+v", c)
}

// Tiles and everything they can ask for: overlap, padding, maps, a region. In
// floats, so that nothing is on an edge where an adapter rounds otherwise.
func TestTilesEqualCPU(t *testing.T) {
	src := model(t, "blend")
	gpu := open(t, Options{Precision: Float32})
	net := load(t, src, gpu)
	ref := load(t, src, cpu.New(cpu.Options{Precision: cpu.Float32}))
	ask := func(r *core.Request) {
		r.Bound, r.Maps = 1, true
		r.Controls.Region = &core.Region{Width: 2, Height: 1, Beta: []float32{-0.2, 0.3}}
	}
	most := 1
	if exact(t, gpu) {
		most = 0
	}
	if d := levels(fuse(t, net, 400, 90, ask), fuse(t, ref, 400, 90, ask)); d > most {
		t.Errorf("differs by %d levels of 255, want at most %d", d, most)
	}
	if c := gpu.Counters(); c.Passes < 2 || c.Builds != 1 {
		t.Errorf("%d tiles took memory %d times, want once for all", c.Passes, c.Builds)
	}
}

// Where the adapter has a clock, every dispatch is timed.
func TestProfile(t *testing.T) {
	net, gpu := blendNetwork(t, Options{Profile: true})
	if !gpu.Offer().Timestamps {
		t.Skip("this adapter has no timestamps")
	}
	fuse(t, net, 112, 112, nil)
	var total time.Duration
	byFile := map[string]time.Duration{}
	for _, d := range gpu.Timings() {
		total += d.Time
		file, _, _ := strings.Cut(d.Kernel, " ")
		byFile[file] += d.Time
	}
	if n := int(gpu.Counters().Dispatches); len(gpu.Timings()) != n || total <= 0 {
		t.Errorf("%d timings of %d dispatches, %v in all", len(gpu.Timings()), n, total)
	}
	t.Logf("%v: %v", total, byFile)
}

// Compiling ahead must cover all that a pass then needs.
func TestPrepareKnowsEveryKernel(t *testing.T) {
	gpu := open(t, Options{})
	src := quant.Quantised(model(t, "blend"))
	if err := gpu.Prepare(src.Config()); err != nil {
		t.Fatal(err)
	}
	before := len(gpu.pipelines.byName)
	net := load(t, src, gpu)
	fuse(t, net, 112, 112, nil)
	fuse(t, net, 340, 112, func(r *core.Request) { r.Bound, r.Lays = 1, gpu.Lays })
	if n := len(gpu.pipelines.byName) - before; n != 0 {
		t.Errorf("%d of %d kernels had to be compiled later", n, before)
	}
}

func TestCancelledPassEnds(t *testing.T) {
	net, _ := blendNetwork(t, Options{})
	controls, _ := core.TaskControls(net.Config, net.Config.Tasks[0])
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	req := core.Request{A: scene(112, 112, 0), B: scene(112, 112, 1), Controls: controls}
	if _, err := net.Fuse(ctx, req, core.NewRGBA(112, 112)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	fuse(t, net, 112, 112, nil)
}

// A pass of many submits tells how far it is, ends in the middle when it is
// cancelled there, and makes the same picture.
func TestManySubmits(t *testing.T) {
	net, gpu := blendNetwork(t, Options{})
	want := fuse(t, net, 112, 112, nil)
	gpu.programs = nil // of one submit
	gpu.perSubmit = 1e7
	last, parts := 0, 0
	gpu.Progress(func(done, total int) {
		if done != last+1 || done >= total {
			t.Errorf("%d of %d done after %d", done, total, last)
		}
		last, parts = done, total
	})
	if got := fuse(t, net, 112, 112, nil); !slices.Equal(got.Pix, want.Pix) {
		t.Error("another picture")
	}
	if parts < 5 || last != parts-inFlight {
		t.Errorf("told of %d parts of %d", last, parts)
	}
	ctx, cancel := context.WithCancel(context.Background())
	gpu.Progress(func(done, total int) {
		if last = done; done == 2 {
			cancel()
		}
	})
	if err := runUntil(ctx, net); !errors.Is(err, context.Canceled) || last != 2 {
		t.Errorf("error %v after part %d", err, last)
	}
	gpu.Progress(nil)
	if got := fuse(t, net, 112, 112, nil); !slices.Equal(got.Pix, want.Pix) {
		t.Error("another picture after a cancelled one")
	}
}

func TestInvalidWeightsAreNoPicture(t *testing.T) {
	gpu := open(t, Options{})
	src := damaged{quant.Quantised(model(t, "blend"))}
	net := load(t, src, gpu)
	controls, _ := core.TaskControls(net.Config, net.Config.Tasks[0])
	req := core.Request{A: scene(112, 112, 0), B: scene(112, 112, 1), Controls: controls}
	if _, err := net.Fuse(context.Background(), req, core.NewRGBA(112, 112)); err == nil {
		t.Error("a network of NaN gave a picture")
	}
}

// damaged is a source with a value that is not a number in it.
type damaged struct{ quant.Source }

func (d damaged) Tensor(name string) (core.Tensor, error) {
	t, err := d.Source.Tensor(name)
	if name == "blocks.0.norm1.bias" {
		t.F32 = slices.Clone(t.F32)
		t.F32[3] = float32(math.NaN())
	}
	return t, err
}

// What an adapter reaches at best is something, and the same kind of thing in
// every variant.
func TestPeaks(t *testing.T) {
	for _, opt := range []Options{{Profile: true}, {Profile: true, NoDP4A: true}} {
		gpu := open(t, opt)
		if !gpu.Offer().Timestamps {
			t.Skip("this adapter has no timestamps")
		}
		p, err := gpu.Peaks(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("int8 %.3g/s, f32 %.3g/s, copy %.3g B/s", p.Int8, p.Float32, p.Copy)
		for _, v := range []float64{p.Int8, p.Float32, p.Copy} {
			if v < 1e6 || v > 1e15 {
				t.Errorf("%+v is not believable", p)
			}
		}
	}
}
