//go:build js && wasm

package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"tcmoa/core"
	"tcmoa/quant"
	"tcmoa/webgpu"
)

// faulty is a device that computes on the CPU, and fails as it is told.
type faulty struct {
	core.Backend
	load   func(core.Param) error
	begin  func(core.Input) error
	wrong  bool // a kernel is: pictures come out as negatives
	passes int

	bitmaps bool // it says that it takes pictures from their bitmaps
	lays    bool // and that it lays tiles, but the rows come out black

	running bool // a pass
	closed  bool
}

func (d *faulty) Fingerprint() string       { return "fake" }
func (d *faulty) Adapter() string           { return "fake" }
func (d *faulty) Prepare(core.Config) error { return nil }
func (d *faulty) Progress(func(int, int))   {}
func (d *faulty) Lays(int, int) bool        { return d.lays }
func (d *faulty) Bitmaps(int, int) bool     { return d.bitmaps }
func (d *faulty) Close()                    { d.closed = true }

func (d *faulty) Load(p core.Param, t core.Tensor) (core.Weight, error) {
	if d.load != nil {
		if err := d.load(p); err != nil {
			return nil, err
		}
	}
	return d.Backend.Load(p, t)
}

func (d *faulty) Begin(ctx context.Context, in core.Input) (core.Pass, error) {
	if d.begin != nil {
		if err := d.begin(in); err != nil {
			return nil, err
		}
	}
	if d.passes++; d.running {
		panic("a pass begins while another one runs")
	}
	p, err := d.Backend.Begin(ctx, in)
	d.running = err == nil
	return faultyPass{p, d}, err
}

// faultyPass takes its time, as a GPU does, and may have a wrong last kernel.
type faultyPass struct {
	core.Pass
	device *faulty
}

func (p faultyPass) Finish(pixels core.Activation, read ...core.Activation) ([]float32, [][]float32, error) {
	time.Sleep(time.Millisecond)
	p.device.running = false
	rgb, values, err := p.Pass.Finish(pixels, read...)
	if p.device.wrong {
		for i, v := range rgb {
			rgb[i] = 1 - v
		}
	}
	return rgb, values, err
}

func (p faultyPass) Lay(at *core.Place, pixels, _ core.Activation, read ...core.Activation) ([]uint8, []float32, [][]float32, error) {
	_, values, err := p.Finish(pixels, read...)
	return make([]uint8, 4*(at.To-at.From)*at.Width), nil, values, err
}

// gpus opens a fake for each of the given ones, in order, and then no more.
type gpus struct {
	given   []*faulty
	untried bool // nobody asked for them by name
	opened  int
}

var errNoGPU = errors.New("this browser has no WebGPU")

func (g *gpus) open(context.Context) (*gpu, error) {
	if g.opened == len(g.given) {
		return nil, errNoGPU
	}
	d := g.given[g.opened]
	d.Backend = newCPU(precisionInt8, func() {})
	g.opened++
	return &gpu{device: d, precision: precisionInt8, untried: g.untried}, nil
}

// span is the side of a window of the small network, in pixels.
const span = 4

// small is a small network of random weights, a quant.Source.
type small struct{}

func (small) Close() error { return nil }

func (small) Config() core.Config {
	return core.Config{
		Name: "small", Patch: 2, Upsample: 1,
		Dim: 32, Depth: 2, Heads: 2, DecoderDim: 32, DecoderDepth: 2, DecoderHeads: 1,
		Window: span / 2, Shift: 1, MLPRatio: 1, Tau: 2, Experts: 2, TopK: 1, Tasks: []string{"mef"},
		PosEmbed: core.PosWindow, Head: core.HeadBlend,
	}
}

func (s small) Tensors() []quant.Info {
	var all []quant.Info
	for _, p := range s.Config().Params() {
		all = append(all, quant.Info{Name: p.Name, Shape: p.Shape})
	}
	return all
}

func (s small) Tensor(name string) (core.Tensor, error) {
	all := s.Tensors()
	i := slices.IndexFunc(all, func(info quant.Info) bool { return info.Name == name })
	n, err := core.Elements(all[i].Shape)
	values, rng := make([]float32, n), rand.New(rand.NewPCG(1, uint64(i)))
	for j := range values {
		values[j] = float32(rng.NormFloat64())
	}
	return core.Tensor{Shape: all[i].Shape, F32: values}, err
}

// memorySource is that network in the page's memory.
func memorySource(t *testing.T) *modelSource {
	t.Helper()
	dir := t.TempDir()
	m, err := quant.WriteModel(context.Background(), dir, small{}, quant.Meta{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, m.File))
	if err != nil {
		t.Fatal(err)
	}
	array := uint8Array.New(len(data))
	js.CopyBytesToJS(array, data)
	return (&modelSource{manifest: m}).kept(js.Global().Get("Blob").New([]any{array}))
}

// start loads the model on the first of some fakes; without any, on the CPU.
func start(t *testing.T, g *gpus) *machine {
	t.Helper()
	m := &machine{precision: precisionInt8, source: memorySource(t), breathe: func() {}}
	if g != nil {
		m.open = g.open
	}
	if err := m.load(context.Background(), m.open.search(context.Background()), func(map[string]any) {}); err != nil {
		t.Fatal(err)
	}
	return m
}

func newOrder(t *testing.T, m *machine, width, height int) order {
	t.Helper()
	controls, err := core.TaskControls(m.network.Config, "mef")
	if err != nil {
		t.Fatal(err)
	}
	a, b := ramp(width, height, 1), ramp(width, height, 2)
	return order{Request: core.Request{A: a, B: b, Controls: controls}, bound: core.WholeBound, workers: 1}
}

// ramp is a picture that is the same every time.
func ramp(width, height, seed int) *pixels {
	p := core.NewRGBA(width, height)
	for i := range p.Pix {
		p.Pix[i] = uint8(i * seed / 7)
	}
	data := clampedArray.New(len(p.Pix))
	js.CopyBytesToJS(data, p.Pix)
	return &pixels{width: width, height: height, data: data}
}

// fuse fuses a pair, or fails the test.
func fuse(t *testing.T, m *machine, o order) (*outcome, []byte) {
	t.Helper()
	out, err := m.fuse(context.Background(), o, newMeter(func(map[string]any) {}))
	if err != nil {
		t.Fatal(err)
	}
	image := make([]byte, out.canvas.image.Length())
	js.CopyBytesToGo(image, out.canvas.image)
	return out, image
}

// Whatever fails, the picture is that of an undisturbed fusion, and the note
// tells why it is not the GPU's.
func TestFailuresOfTheGPU(t *testing.T) {
	reference := start(t, nil)
	_, want := fuse(t, reference, newOrder(t, reference, 9, 7))
	const onGPU, onCPU = "GPU (fake), int8", "CPU, int8"

	always := func(err error) *faulty { return &faulty{begin: func(core.Input) error { return err }} }
	loading := func(err error) *faulty {
		return &faulty{load: func(p core.Param) error {
			if strings.HasPrefix(p.Name, "decoder_embed") {
				return err
			}
			return nil
		}}
	}
	throws := &faulty{begin: func(core.Input) error {
		uint8Array.New(-1)
		return nil
	}}
	throwing := &faulty{load: func(core.Param) error {
		uint8Array.New(-1)
		return nil
	}}
	for _, tc := range []struct {
		name    string
		given   []*faulty
		backend string
		note    string
	}{
		{"nothing fails", []*faulty{{}}, onGPU, ""},
		{"there is no GPU", nil, onCPU, "This browser has no WebGPU."},
		{"lost once", []*faulty{always(webgpu.ErrLost), {}}, onGPU, ""},
		{"lost twice", []*faulty{always(webgpu.ErrLost), always(webgpu.ErrLost), {}}, onCPU, "The GPU was reset or taken away."},
		{"lost and not back", []*faulty{always(webgpu.ErrLost)}, onCPU, "This browser has no WebGPU."},
		{"lost, and wrong when it is back", []*faulty{always(webgpu.ErrLost), always(webgpu.ErrFault)}, onCPU, "The GPU failed to compute."},
		{"wrong", []*faulty{always(webgpu.ErrFault), {}}, onCPU, "The GPU failed to compute."},
		{"too little memory for any tile", []*faulty{always(webgpu.ErrMemory), {}}, onCPU, "The GPU has too little memory."},
		{"an exception", []*faulty{throws, {}}, onCPU, "The browser refused: Invalid typed array length: -1."},
		{"an exception while loading", []*faulty{throwing, {}}, onCPU, "The browser refused: Invalid typed array length: -1."},
		{"lost while loading", []*faulty{loading(webgpu.ErrLost), {}}, onGPU, ""},
		{"lost while loading, again", []*faulty{loading(webgpu.ErrLost), loading(webgpu.ErrLost), {}}, onCPU, "The GPU was reset or taken away."},
		{"too little memory for the weights", []*faulty{loading(webgpu.ErrMemory), {}}, onCPU, "The GPU has too little memory."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := &gpus{given: tc.given}
			m := start(t, g)
			for range 2 { // the second time without a failure
				_, got := fuse(t, m, newOrder(t, m, 9, 7))
				if !slices.Equal(got, want) {
					t.Error("another picture")
				}
				if name := m.network.Backend.Name(); name != tc.backend || m.note != tc.note {
					t.Errorf("on %q, %q; want %q, %q", name, m.note, tc.backend, tc.note)
				}
			}
			for i, d := range g.given[:g.opened] {
				if inUse := tc.backend == onGPU && i == g.opened-1; d.closed == inUse {
					t.Errorf("device %d: closed %v", i, d.closed)
				}
			}
		})
	}
}

// Tiles for which memory is too small are halved until it suffices, and the
// next picture starts with what sufficed.
func TestSmallerTiles(t *testing.T) {
	var areas []int
	g := &gpus{given: []*faulty{{begin: func(in core.Input) error {
		area := in.Tile.Dx() * in.Tile.Dy()
		if areas = append(areas, area); area > 9*span*span {
			return webgpu.ErrMemory
		}
		return nil
	}}}}
	m := start(t, g)
	out, got := fuse(t, m, newOrder(t, m, 20, 18))
	if out.tiles < 2 || m.gpu == nil || m.note != "" {
		t.Errorf("%d tiles on %s, %q", out.tiles, m.network.Backend.Name(), m.note)
	}
	if areas[0] != 25*span*span {
		t.Errorf("tiles of %v pixels", areas)
	}
	o := newOrder(t, m, 20, 18)
	reference := start(t, nil)
	o.bound = m.bound
	if _, want := fuse(t, reference, o); !slices.Equal(got, want) {
		t.Error("another picture than the CPU's of such tiles")
	}
	areas = nil
	if fuse(t, m, newOrder(t, m, 20, 18)); slices.Max(areas) > 9*span*span {
		t.Errorf("then tiles of %v pixels", areas)
	}
}

// What is wrong with a request, and an abort, are no failures of the GPU.
func TestGPUStaysWhenItIsNotAtFault(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := start(t, &gpus{given: []*faulty{{begin: func(core.Input) error {
		cancel()
		return ctx.Err()
	}}}})
	wrong := newOrder(t, m, 9, 7)
	wrong.B = ramp(9, 8, 2)
	if _, err := m.fuse(context.Background(), wrong, newMeter(func(map[string]any) {})); err == nil {
		t.Error("pictures of two sizes are fused")
	}
	if _, err := m.fuse(ctx, newOrder(t, m, 9, 7), newMeter(func(map[string]any) {})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if m.gpu == nil || m.note != "" {
		t.Errorf("on %s, %q", m.network.Backend.Name(), m.note)
	}
}

// A picture that the GPU cannot take from a bitmap is read before anything is computed:
// that can be cancelled, and where it fails, the GPU is not at fault. Nor is it where
// bitmaps are read later, since it has refused them.
func TestBitmapsAreReadForTheGPU(t *testing.T) {
	withBitmaps(t)
	for _, tc := range []struct {
		name    string
		mixed   bool // the first picture has no bitmap
		refuses bool // the GPU takes the bitmaps at first
		read    bool // before anything is computed
	}{
		{name: "a pair of both kinds", mixed: true, read: true},
		{name: "bitmaps that it does not take", read: true},
		{name: "bitmaps that it refuses", refuses: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := &faulty{bitmaps: tc.mixed || tc.refuses}
			m := start(t, &gpus{given: []*faulty{d}})
			d.begin = func(core.Input) error { d.bitmaps = tc.mixed; return nil }
			run := func(cancelled, torn bool) error {
				d.running, d.bitmaps = false, tc.mixed || tc.refuses
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				breathe := func() {
					if cancelled {
						cancel()
					}
				}
				o := newOrder(t, m, 20, 18)
				o.bound = 9 * span * span
				second := &pixels{width: 20, height: 18, bitmap: bitmap(20, 18, 2), breathe: breathe}
				second.bitmap.Set("torn", torn)
				if o.B = second; !tc.mixed {
					o.A = &pixels{width: 20, height: 18, bitmap: bitmap(20, 18, 1), breathe: breathe}
				}
				_, err := m.fuse(ctx, o, newMeter(func(map[string]any) {}))
				if m.gpu == nil || m.note != "" {
					t.Errorf("on %s, %q", m.network.Backend.Name(), m.note)
				}
				return err
			}
			if err := run(true, false); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled while pictures are read: got %v", err)
			}
			if err := run(false, true); !errors.As(err, new(unreadable)) {
				t.Errorf("a bitmap that cannot be read: got %v", err)
			}
			if tc.read && d.passes > 0 {
				t.Errorf("%d passes before pictures are read", d.passes)
			}
			if err := run(false, false); err != nil {
				t.Error(err)
			}
		})
	}
}
