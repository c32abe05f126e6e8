package cpu

import (
	"context"
	"fmt"
	"runtime"

	"tcmoa/core"
)

// Precision is how linear layers multiply.
type Precision int

const (
	// Int8 multiplies int8 weights by activations quantised per token.
	Int8 Precision = iota
	// Float32 multiplies floats; int8 weights are widened when loaded.
	Float32
)

func (p Precision) String() string {
	if p == Float32 {
		return "f32"
	}
	return "int8"
}

// Options configure a Backend.
type Options struct {
	Precision Precision
	// Workers is how many goroutines compute; 0 means one a processor.
	Workers int
	// Yield, if set, is called between pieces of work of a few milliseconds,
	// from the goroutine that runs the pass. Under WebAssembly it lets the
	// event loop run, so that a message can cancel the pass.
	Yield func()
}

// Backend implements core.Backend.
type Backend struct {
	opt  Options
	work []*scratch  // one a worker
	free [][]float32 // activations of the last pass, to be used again
}

// New returns a backend.
func New(opt Options) *Backend {
	if opt.Workers <= 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	b := &Backend{opt: opt}
	for range opt.Workers {
		b.work = append(b.work, &scratch{})
	}
	return b
}

// Name implements core.Backend.
func (b *Backend) Name() string { return "CPU, " + b.opt.Precision.String() }

// Load implements core.Backend.
func (b *Backend) Load(p core.Param, t core.Tensor) (core.Weight, error) {
	w := &weight{shape: p.Shape}
	switch {
	case p.Int8 && b.opt.Precision == Int8:
		if t.I8 == nil {
			return nil, fmt.Errorf("int8 arithmetic needs int8 weights: quantise the model, or compute in f32")
		}
		w.quantised(t)
	default:
		w.values = t.Float()
	}
	return w, nil
}

// Begin implements core.Backend.
func (b *Backend) Begin(ctx context.Context, in core.Input) (core.Pass, error) {
	p := &pass{Backend: b, ctx: ctx, in: in, cfg: in.Config}
	p.h, p.w = in.Grid()
	win := in.Config.Window
	if p.h < win || p.w < win || p.h%win != 0 || p.w%win != 0 {
		return nil, fmt.Errorf("a tile of %v is %d×%d tokens: both must be multiples of the window of %d", in.Tile, p.h, p.w, win)
	}
	p.n = p.h * p.w
	p.streams, p.rows = span{0, 2}, span{0, p.h}
	p.readSources()
	return p, nil
}
