package core

import (
	"errors"
	"fmt"
	"slices"
)

// Head names how the decoder's tokens become pixels.
type Head string

const (
	// HeadPixels regresses the fused pixels from the first stream (the paper's).
	HeadPixels Head = "pixels"
	// HeadBlend predicts a fusion weight and a correction for every pixel.
	HeadBlend Head = "blend"
	// HeadTwoScale predicts for every token how to weigh local means and detail
	// (TwoScaleOutputs).
	HeadTwoScale Head = "twoscale"
)

// PosEmbed names how the fixed position table covers a token grid.
type PosEmbed string

const (
	// PosWindow repeats the w×w table window by window.
	PosWindow PosEmbed = "window"
	// PosStretch resizes the table to the grid (the paper's).
	PosStretch PosEmbed = "stretch"
)

// Config is a variant of the network, as stored with its weights.
type Config struct {
	Name           string   `json:"name"`
	Patch          int      `json:"patch"`    // P, pixels
	Upsample       int      `json:"upsample"` // bilinear factor before the patch embedding
	Dim            int      `json:"dim"`      // C of the encoder
	Depth          int      `json:"depth"`
	Heads          int      `json:"heads"`
	DecoderDim     int      `json:"decoder_dim"` // C of the decoder
	DecoderDepth   int      `json:"decoder_depth"`
	DecoderHeads   int      `json:"decoder_heads"`
	Window         int      `json:"window"` // w, tokens
	Shift          int      `json:"shift"`  // tokens
	MLPRatio       int      `json:"mlp_ratio"`
	Tau            int      `json:"tau"` // a MoA follows block i where (i+TauShift) mod Tau = Tau-1
	TauShift       int      `json:"tau_shift"`
	Experts        int      `json:"experts"` // E
	TopK           int      `json:"top_k"`   // K
	Tasks          []string `json:"tasks"`   // the routers, in their order
	PosEmbed       PosEmbed `json:"pos_embed"`
	ShiftOneWindow bool     `json:"shift_single_window"` // whether odd blocks shift when the grid is one window
	LocalConv      bool     `json:"local_conv"`          // whether a block ends with a depthwise 3×3 convolution
	Head           Head     `json:"head"`
}

// Limits of a configuration. They are far above every published variant and
// keep the memory that a hostile file can claim small.
const (
	maxDim   = 4096
	maxDepth = 96
	maxSmall = 64
	maxRow   = 1 << 14 // longest row of an int8 product, whose sum must fit 32 bits
)

// Validate reports everything about c that no network can have.
func (c Config) Validate() error {
	var errs []error
	between := func(what string, v, lo, hi int) {
		if v < lo || v > hi {
			errs = append(errs, fmt.Errorf("%s is %d, want %d to %d", what, v, lo, hi))
		}
	}
	between("patch", c.Patch, 1, maxSmall)
	between("upsample", c.Upsample, 1, 4)
	between("dim", c.Dim, 32, maxDim)
	between("depth", c.Depth, 1, maxDepth)
	between("heads", c.Heads, 1, maxSmall)
	between("decoder_dim", c.DecoderDim, 32, maxDim)
	between("decoder_depth", c.DecoderDepth, 1, maxDepth)
	between("decoder_heads", c.DecoderHeads, 1, maxSmall)
	between("window", c.Window, 1, maxSmall)
	between("shift", c.Shift, 0, maxSmall)
	between("mlp_ratio", c.MLPRatio, 1, 8)
	between("tau", c.Tau, 1, maxDepth)
	between("tau_shift", c.TauShift, 0, maxDepth)
	between("experts", c.Experts, 1, maxSmall)
	between("top_k", c.TopK, 1, maxSmall)
	between("tasks", len(c.Tasks), 1, maxSmall)
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	// A quarter of the width is the adapters', an eighth of that an expert's, and
	// the position table splits a width into four.
	check(c.Dim%32 == 0, "dim is %d, want a multiple of 32", c.Dim)
	check(c.DecoderDim%32 == 0, "decoder_dim is %d, want a multiple of 32", c.DecoderDim)
	check(c.Dim%c.Heads == 0, "dim %d is not divisible by %d heads", c.Dim, c.Heads)
	check(c.DecoderDim%c.DecoderHeads == 0, "decoder_dim %d is not divisible by %d decoder_heads", c.DecoderDim, c.DecoderHeads)
	check(max(c.Dim, c.DecoderDim)*c.MLPRatio <= maxRow, "mlp_ratio %d makes layers wider than %d", c.MLPRatio, maxRow)
	check(c.Shift < c.Window, "shift %d is not smaller than window %d", c.Shift, c.Window)
	check(c.TopK <= c.Experts, "top_k %d is more than %d experts", c.TopK, c.Experts)
	check(c.Patch%c.Upsample == 0, "patch %d is not divisible by upsample %d", c.Patch, c.Upsample)
	check(c.PosEmbed == PosWindow || c.PosEmbed == PosStretch, "pos_embed is %q, want %q or %q", c.PosEmbed, PosWindow, PosStretch)
	check(c.HeadOutputs() > 0, "head is %q, want %q, %q or %q", c.Head, HeadPixels, HeadBlend, HeadTwoScale)
	check(c.Head == HeadPixels || c.Upsample == 1, "head %q works at the sources' own size, but upsample is %d", c.Head, c.Upsample)
	check(c.Head == HeadPixels || c.DecoderMoAs() > 0, "head %q follows the decoder's prompts, but tau %d leaves the decoder of depth %d without a mixture of adapters", c.Head, c.Tau, c.DecoderDepth)
	for i, t := range c.Tasks {
		check(t != "" && slices.Index(c.Tasks, t) == i, "tasks has %q twice or empty", t)
	}
	return errors.Join(errs...)
}

// Cell is the side in input pixels of one token: P over the upsampling.
func (c Config) Cell() int { return c.Patch / c.Upsample }

// HeadOutputs is how many numbers the head gives a token; 0 for an unknown head.
func (c Config) HeadOutputs() int {
	switch c.Head {
	case HeadPixels:
		return c.Patch * c.Patch * 3
	case HeadBlend:
		return c.Patch * c.Patch * 4
	case HeadTwoScale:
		return TwoScaleOutputs
	}
	return 0
}

// Span is the side in input pixels of one window: the multiple to which
// pictures are padded.
func (c Config) Span() int { return c.Window * c.Cell() }

// MoAAfter reports whether a mixture of adapters follows block i, and its
// number among those of its stage.
func (c Config) MoAAfter(i int) (number int, ok bool) {
	return i / c.Tau, (i+c.TauShift)%c.Tau == c.Tau-1
}

// Blocks is how many blocks encoder and decoder have together.
func (c Config) Blocks() int { return c.Depth + c.DecoderDepth }

// EncoderMoAs is how many mixtures of adapters the encoder has.
func (c Config) EncoderMoAs() int { return c.moas(c.Depth) }

// DecoderMoAs is how many mixtures of adapters the decoder has.
func (c Config) DecoderMoAs() int { return c.moas(c.DecoderDepth) }

// MoAs is how many mixtures of adapters the network has: the encoder's come
// first wherever they are numbered together.
func (c Config) MoAs() int { return c.EncoderMoAs() + c.DecoderMoAs() }

func (c Config) moas(depth int) int {
	n := 0
	for i := range depth {
		if _, ok := c.MoAAfter(i); ok {
			n++
		}
	}
	return n
}

// Task returns the index of a task's router.
func (c Config) Task(name string) (int, error) {
	if i := slices.Index(c.Tasks, name); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("unknown task %q: this model has %v", name, c.Tasks)
}
