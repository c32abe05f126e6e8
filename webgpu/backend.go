//go:build js && wasm

package webgpu

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"syscall/js"
	"time"

	"tcmoa/core"
)

// Counters are what the passes of a backend have cost so far.
type Counters struct {
	Passes, Dispatches, Submits int64
	BytesUp, BytesDown          int64         // pictures that are no bitmaps, and constants; results
	Builds                      int64         // passes for which memory was planned anew
	HostTime                    time.Duration // of recording, uploading and submitting
}

// maxPrograms is how many different passes are kept ready to run: a whole one, and
// those that go on from each of a small model's mixtures of adapters.
const maxPrograms = 4

// Backend implements core.Backend.
type Backend struct {
	opt       Options
	dev       *device
	pipelines pipelines
	store     store
	tables    map[*core.Table]*block
	mixtures  map[*core.Mixture]*block
	perSubmit int // workPerSubmit, but for tests

	recording recording // memory of the last one, to be used again
	arena     arena
	band      band
	textures  [2]texture // that the sources' bitmaps go through
	programs  []*program
	serial    uint32 // of the last pass
	counters  Counters
	timings   []Timing
	progress  func(done, total int)
}

// New opens the GPU. Its errors are that of ctx, or ErrUnavailable with a sentence
// that says what is missing.
func New(ctx context.Context, opt Options) (*Backend, error) {
	dev, err := openDevice(ctx, opt)
	if err != nil {
		return nil, err
	}
	return &Backend{
		opt: opt, dev: dev,
		pipelines: pipelines{dev: dev, byName: map[kernel]*pipeline{}},
		store:     store{dev: dev},
		tables:    map[*core.Table]*block{},
		mixtures:  map[*core.Mixture]*block{},
		arena:     arena{dev: dev},
		perSubmit: workPerSubmit,
	}, nil
}

// Name implements core.Backend.
func (b *Backend) Name() string {
	if b.opt.Precision == Float32 {
		return "GPU, f32"
	}
	return "GPU, int8"
}

// Adapter is the GPU's name, as far as the browser tells it.
func (b *Backend) Adapter() string { return b.dev.name }

// Fingerprint is a digest of everything that a result depends on beside weights
// and sources: the adapter, the browser that drives it, and the kernels.
func (b *Backend) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintln(h, b.dev.identity, b.dev.offer, b.opt, numbers, js.Global().Get("navigator").Get("userAgent"))
	_ = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := files.ReadFile(name)
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))
}

// Software tells whether the adapter is no hardware but a program on the CPU.
func (b *Backend) Software() bool { return b.dev.software }

// Offer is what the backend uses of what the adapter offers.
func (b *Backend) Offer() Offer { return b.dev.offer }

// Counters are what all passes so far have cost.
func (b *Backend) Counters() Counters { return b.counters }

// Progress sets whom the passes to come tell how many of their parts the GPU has
// done, whenever that is one more. The last part is done when Finish returns.
func (b *Backend) Progress(tell func(done, total int)) { b.progress = tell }

// Close lets go of the GPU's memory. The backend is of no use afterwards.
func (b *Backend) Close() { b.dev.close() }

// Begin implements core.Backend.
func (b *Backend) Begin(ctx context.Context, in core.Input) (core.Pass, error) {
	if err := b.dev.check(); err != nil {
		return nil, err
	}
	p, err := b.begin(ctx, in)
	if err != nil {
		return nil, err
	}
	p.readSources()
	return p, nil
}

func (b *Backend) begin(ctx context.Context, in core.Input) (*pass, error) {
	p := &pass{Backend: b, ctx: ctx, in: in, cfg: in.Config, rec: &b.recording, began: time.Now()}
	p.h, p.w = in.Grid()
	win := in.Config.Window
	if p.h < win || p.w < win || p.h%win != 0 || p.w%win != 0 {
		return nil, fmt.Errorf("a tile of %v is %d×%d tokens: both must be multiples of the window of %d", in.Tile, p.h, p.w, win)
	}
	p.n = p.h * p.w
	p.rec.reset()
	// Exact as a float32, and never that of memory without content.
	b.serial = b.serial%(1<<24-1) + 1
	p.serial = b.serial
	return p, nil
}

// Prepare starts to compile every kernel that a network of this configuration
// needs, so that the GPU's compiler works while the weights are still coming.
func (b *Backend) Prepare(c core.Config) error {
	l, err := core.NewLoader(c, b)
	if err != nil {
		return err
	}
	n := l.Sketch()
	in := core.Input{Config: c}
	in.Tile.Max.X, in.Tile.Max.Y = c.Span(), c.Span()
	p, err := b.begin(context.Background(), in)
	if err != nil {
		return err
	}
	p.sketch = true
	p.planes = p.rec.tensor(0)
	for _, kind := range []flag{flagBytes, 0} {
		b.pipelines.get(b.dev.offer.kernel("source", kind))
	}
	controls, err := core.TaskControls(c, c.Tasks[0])
	if err != nil {
		return err
	}
	out := n.Forward(p, in, controls, nil, nil)
	for _, kind := range []flag{flagBytes, 0} {
		p.finish(out.Pixels, kind)
	}
	p.lay(&core.Place{}, out.Pixels, out.Weight, operand{})
	return p.err
}
