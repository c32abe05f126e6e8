//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
	"tcmoa/quant/golden"
)

// weighed is a canvas of bytes that keeps the weights, too.
type weighed struct {
	*core.RGBA
	weight []float32
}

func newWeighed(width, height int) *weighed { return &weighed{RGBA: core.NewRGBA(width, height)} }

func (w *weighed) WriteRow(y int, rgb, weight []float32) {
	w.RGBA.WriteRow(y, rgb, weight)
	w.weight = append(w.weight, weight...)
}

func (w *weighed) WriteBytes(y int, rgba []byte, weight []float32) {
	w.RGBA.WriteBytes(y, rgba, weight)
	w.weight = append(w.weight, weight...)
}

// same demands that two pictures are equal where the adapter rounds as the CPU does,
// and nearly so on others.
func (w *weighed) same(t *testing.T, what string, gpu *Backend, want *weighed) {
	t.Helper()
	most, tolerance := 1, floatTolerance
	if exact(t, gpu) {
		most, tolerance = 0, 0
	}
	if d := levels(w.RGBA, want.RGBA); d > most {
		t.Errorf("%s: differs by %d levels of 255", what, d)
	}
	if len(w.weight) != len(want.weight) {
		t.Fatalf("%s: %d weights, want %d", what, len(w.weight), len(want.weight))
	}
	if d, at := golden.Difference(w.weight, want.weight); d > tolerance {
		t.Errorf("%s: weights differ by %g at %d", what, d, at)
	}
}

// tiled is a picture whose tiles end in random pixels, without a network.
type tiled struct {
	width, height, bound int
	upsample             int
	weights              bool
	seed                 uint64

	damaged int // the tile that has a NaN; 0: none
}

func (c tiled) config() core.Config {
	cfg := small(1)
	cfg.Patch, cfg.Upsample = 4*c.upsample, c.upsample
	if !c.weights {
		cfg.Head = core.HeadPixels
	}
	return cfg
}

// tile is what the head leaves for a tile: many colours have to be clipped.
func (c tiled) tile(job core.TileJob) (pixels, weight []float32) {
	random := rand.New(rand.NewPCG(c.seed, uint64(job.Place.Index)))
	n := job.Rect.Dx() * job.Rect.Dy()
	pixels = make([]float32, 3*n*c.upsample*c.upsample)
	for i := range pixels {
		pixels[i] = float32(random.NormFloat64())
	}
	if c.damaged > 0 && c.damaged == job.Place.Index {
		pixels[len(pixels)/2] = float32(math.NaN())
	}
	if c.weights {
		weight = make([]float32, n)
		for i := range weight {
			weight[i] = random.Float32()
		}
	}
	return pixels, weight
}

// fuse joins the tiles, each of which run ends.
func (c tiled) fuse(ctx context.Context, lays func(width, rows int) bool, run func(core.Input, core.TileJob) (*core.TileResult, error)) (*weighed, error) {
	n := &core.Network{Config: c.config()}
	controls, err := core.TaskControls(n.Config, "mef")
	if err != nil {
		return nil, err
	}
	out := newWeighed(c.width, c.height)
	source := core.NewRGBA(c.width, c.height)
	_, err = n.Fuse(ctx, core.Request{
		A: source, B: source, Controls: controls, Bound: c.bound, Lays: lays,
		Run: func(_ context.Context, job core.TileJob, _ func(core.Step)) (*core.TileResult, error) {
			return run(core.Input{A: job.A, B: job.B, Tile: job.Rect, Config: n.Config}, job)
		},
	}, out)
	return out, err
}

// onHost ends tiles on the CPU and lays them on the host.
func (c tiled) onHost(t *testing.T) *weighed {
	t.Helper()
	b := cpu.New(cpu.Options{Workers: 1})
	out, err := c.fuse(context.Background(), nil, func(in core.Input, job core.TileJob) (*core.TileResult, error) {
		pixels, weight := c.tile(job)
		p, err := b.Begin(context.Background(), in)
		if err != nil {
			return nil, err
		}
		rgb, _, err := p.Finish(pixels)
		return &core.TileResult{RGB: rgb, Weight: weight}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// onGPU lays the tiles on the GPU.
func (c tiled) onGPU(ctx context.Context, gpu *Backend) (*weighed, error) {
	return c.fuse(ctx, gpu.Lays, func(in core.Input, job core.TileJob) (*core.TileResult, error) {
		return c.lay(ctx, gpu, in, job)
	})
}

// lay lays a tile on the GPU.
func (c tiled) lay(ctx context.Context, gpu *Backend, in core.Input, job core.TileJob) (*core.TileResult, error) {
	running, err := gpu.Begin(ctx, in)
	if err != nil {
		return nil, err
	}
	p, r := running.(*pass), &core.TileResult{}
	tensor := func(v []float32) core.Activation { return &activation{p.upload(bytesOf(v), 4*len(v))} }
	pixels, weight := c.tile(job)
	var share core.Activation
	if weight != nil {
		share = tensor(weight)
	}
	r.RGBA, r.Weight, _, err = p.Lay(job.Place, tensor(pixels), share)
	return r, err
}

// equal demands that the GPU lays the tiles as the host does.
func (c tiled) equal(t *testing.T, gpu *Backend) {
	t.Helper()
	got, err := c.onGPU(context.Background(), gpu)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	got.same(t, fmt.Sprintf("%+v", c), gpu, c.onHost(t))
}

// Tiles that are laid on the GPU make the picture that the host makes of them, in as
// few programs as there are shapes.
func TestLay(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		cases := few([]tiled{
			{width: 53, height: 47, bound: 20 * 20, upsample: 1, weights: true}, // rows and columns of tiles, and pixels without a window
			{width: 53, height: 47, bound: 20 * 20, upsample: 1},
			{width: 29, height: 25, bound: 1, upsample: 1, weights: true}, // one pixel in the last window; overlaps of tiles with more than one other
			{width: 90, height: 9, bound: 12 * 16, upsample: 2, weights: true},
			{width: 7, height: 61, bound: 8 * 20, upsample: 3},
			{width: 300, height: 33, bound: 24 * 24, upsample: 1, weights: true},
		})
		for i, c := range cases {
			before := gpu.Counters()
			c.seed = uint64(i)
			c.equal(t, gpu)
			tiles := len(core.NewTiling(c.config(), c.width, c.height, c.bound).Tiles)
			pixel := 4
			if c.weights {
				pixel = 8
			}
			after := gpu.Counters()
			if n := int(after.BytesDown - before.BytesDown); n != pixel*c.width*c.height+4*tiles {
				t.Errorf("%+v: %d bytes were read back, want %d a pixel and 4 a tile", c, n, pixel)
			}
			if n := after.Builds - before.Builds; n != 1 || tiles < 2 {
				t.Errorf("%+v: %d tiles took memory %d times", c, tiles, n)
			}
		}
	})
}

// One band serves pictures of any size, and the memory of a smaller one goes.
func TestBandServesAllPictures(t *testing.T) {
	gpu := open(t, Options{})
	held := holds(gpu, "band")
	wide := tiled{width: 120, height: 40, bound: 20 * 20, upsample: 1, weights: true}
	narrow := tiled{width: 41, height: 40, bound: 20 * 20, upsample: 1, weights: true}
	rows := core.NewTiling(wide.config(), wide.width, wide.height, wide.bound).Tiles[0].Rect.Dy()
	for i, c := range []tiled{narrow, wide, narrow, wide} {
		c.seed = uint64(i)
		before := gpu.Counters().Builds
		c.equal(t, gpu)
		if n := gpu.Counters().Builds - before; (n == 0) != (i == 3) {
			t.Errorf("picture %d took memory %d times", i, n)
		}
		if want := bandBytes(wide.width, rows); i > 0 && held() != want {
			t.Errorf("picture %d: %d bytes for bands, want %d", i, held(), want)
		}
	}
	for i := range maxPrograms {
		if held() == 0 {
			t.Errorf("the band went after %d programs of other shapes", i)
		}
		whole(t, gpu, 8+4*i)
	}
	if held() != 0 {
		t.Errorf("%d bytes for a band that no program uses", held())
	}
	wide.equal(t, gpu)
}

// whole ends a picture that is one tile.
func whole(t *testing.T, gpu *Backend, side int) {
	t.Helper()
	c := tiled{width: side, height: side, bound: side * side, upsample: 1}
	_, err := c.fuse(context.Background(), nil, func(in core.Input, job core.TileJob) (*core.TileResult, error) {
		running, err := gpu.Begin(context.Background(), in)
		if err != nil {
			return nil, err
		}
		p, r := running.(*pass), &core.TileResult{}
		pixels, _ := c.tile(job)
		r.RGBA, _, err = p.FinishBytes(&activation{p.upload(bytesOf(pixels), 4*len(pixels))})
		return r, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A picture of which some tiles were laid is not gone on with, and nothing of it shows
// in the next one.
func TestUnfinishedPictures(t *testing.T) {
	gpu := open(t, Options{})
	c := tiled{width: 53, height: 47, bound: 20 * 20, upsample: 1, weights: true}
	c.equal(t, gpu)

	c.damaged = 4
	if _, err := c.onGPU(context.Background(), gpu); !errors.Is(err, errNaN) {
		t.Errorf("a value that is not a number: error %v", err)
	}
	c.damaged = 0
	c.equal(t, gpu)

	ctx, cancel := context.WithCancel(context.Background())
	passes := gpu.Counters().Passes
	_, err := c.fuse(ctx, gpu.Lays, func(in core.Input, job core.TileJob) (*core.TileResult, error) {
		if job.Place.Index == 3 {
			cancel()
		}
		return c.lay(ctx, gpu, in, job)
	})
	if n := gpu.Counters().Passes - passes; !errors.Is(err, context.Canceled) || n != 3 {
		t.Errorf("cancelled after %d tiles: error %v", n, err)
	}
	c.seed++
	c.equal(t, gpu)

	for name, skip := range map[string]int{"a tile is left out": 2, "the first is left out": 0} {
		_, err := c.fuse(context.Background(), gpu.Lays, func(in core.Input, job core.TileJob) (*core.TileResult, error) {
			if job.Place.Index == skip {
				return &core.TileResult{}, nil
			}
			return c.lay(context.Background(), gpu, in, job)
		})
		if !errors.Is(err, ErrFault) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	c.equal(t, gpu)
}

// Memory that is lacking for the band is ErrMemory, whoever says so, and what comes
// after works.
func TestNoMemoryForTheBand(t *testing.T) {
	gpu := open(t, Options{})
	if gpu.Lays(1<<15, 1<<15) || !gpu.Lays(4000, 1000) {
		t.Error("the buffers' limit is not that of the band")
	}
	c := tiled{width: 53, height: 47, bound: 20 * 20, upsample: 1, weights: true}
	for name, f := range map[string]struct{ method, body string }{
		"the browser throws": {"createBuffer", "throw new Error('injected')"},
		"the GPU reports it": {"popErrorScope", "return Promise.resolve({message: 'injected'})"},
	} {
		restore := replace(gpu.dev.value, f.method, f.body)
		_, err := c.onGPU(context.Background(), gpu)
		restore()
		if !errors.Is(err, ErrMemory) {
			t.Errorf("%s: error %v", name, err)
		}
		c.equal(t, gpu)
		gpu = open(t, Options{}) // without a band
	}
}

// The network's tiles on the GPU are the CPU's, with maps, a region, and checkpoints
// to go on from.
func TestLaidTilesEqualCPU(t *testing.T) {
	for name, size := range map[string][2]int{"blend": {400, 90}, "official": {100, 380}} {
		src := quant.Quantised(model(t, name))
		gpu := open(t, Options{})
		net, ref := load(t, src, gpu), load(t, src, cpu.New(cpu.Options{Precision: cpu.Int8}))
		width, height := size[0], size[1]
		controls, err := core.TaskControls(net.Config, net.Config.Tasks[1])
		if err != nil {
			t.Fatal(err)
		}
		req := core.Request{A: scene(width, height, 0), B: scene(width, height, 2), Controls: controls, Bound: 1, Maps: true}
		req.Controls.Region = &core.Region{Width: 2, Height: 1, Beta: []float32{-0.2, 0.3}}
		fuse := func(n *core.Network, req core.Request) (*weighed, *core.Maps) {
			out := newWeighed(width, height)
			maps, err := n.Fuse(context.Background(), req, out)
			if err != nil {
				t.Fatal(err)
			}
			return out, maps
		}
		host, hostMaps := fuse(net, req)
		down := gpu.Counters().BytesDown
		laying := req
		laying.Lays = gpu.Lays
		got, maps := fuse(net, laying)
		t.Logf("%s: %d bytes were read back, %d when the host laid the tiles", name, gpu.Counters().BytesDown-down, down)
		got.same(t, name+", laid by the host", gpu, host)
		for i, r := range maps.Routes {
			if h := hostMaps.Routes[i]; !slices.Equal(r.X, h.X) || !slices.Equal(r.T, h.T) || !slices.Equal(r.Gates, h.Gates) {
				t.Errorf("%s: other maps of MoA %d", name, i)
			}
		}
		want, _ := fuse(ref, req)
		near(t, name, gpu, got.RGBA, want.RGBA, 8, 0.03)

		laying.Checkpoints = core.NewCheckpoints(1 << 30)
		for i, what := range []string{"that leave checkpoints", "that go on from checkpoints"} {
			again, _ := fuse(net, laying)
			again.same(t, fmt.Sprintf("%s, tiles %s", name, what), gpu, got)
			if held := laying.Checkpoints.Bytes(); i == 0 && held == 0 {
				t.Errorf("%s: nothing is kept", name)
			}
		}
	}
}
