package core

import (
	"context"
	"image"
)

// Weight is a parameter as a backend keeps it; only that backend looks inside.
type Weight any

// Activation is a tensor of a running pass; only its backend looks inside.
type Activation any

// Backend computes the network's operations somewhere: on the CPU, on a GPU.
// The forward graph is written once, in Network.Forward, against this interface
// and Pass; a further backend is these few methods.
//
// A Backend serves one pass at a time.
type Backend interface {
	// Name says in a word or two what computes, for a reader: "CPU, int8".
	Name() string
	// Load takes over a parameter, repacking it as the backend likes, and must
	// not keep t's memory if it can be let go. A parameter with Int8 set comes
	// as int8, or as float32 for a backend that computes in floats.
	Load(p Param, t Tensor) (Weight, error)
	// Begin starts a forward pass on one tile of a pair of pictures. The pass
	// stops early when ctx ends.
	Begin(ctx context.Context, in Input) (Pass, error)
}

// Input is what a forward pass computes on.
type Input struct {
	A, B Picture
	// Tile is the part of the pictures to compute, in pixels. Where it exceeds
	// them they are continued by reflection (ReadTile). Its sides are multiples
	// of Config.Span.
	Tile   image.Rectangle
	Config Config
}

// Grid is the tile's token grid: H rows, W columns.
func (in Input) Grid() (h, w int) {
	return in.Tile.Dy() / in.Config.Cell(), in.Tile.Dx() / in.Config.Cell()
}

// Pass is one forward pass. Operations are called in the order of the graph;
// each takes effect before the next one reads, and none returns an error:
// the first fault or the end of the context makes all later operations do
// nothing, and Finish reports it. z is the activation of both streams,
// S×H×W×C float32.
type Pass interface {
	// Embed cuts the normalised (and, where the variant says so, enlarged)
	// sources into patches, projects them and adds the position table.
	Embed(w *PatchEmbed, pos *Table) (z Activation)
	// Attention updates z by z + proj(softmax(q·kᵀ/√d + bias)·v) inside windows,
	// with q, k, v of LayerNorm(z). The windows are those of the grid rolled
	// circularly by -shift in both axes.
	Attention(z Activation, w *Attention, shift int)
	// MLP updates z by z + fc2(GELU(fc1(LayerNorm(z)))).
	MLP(z Activation, w *MLP)
	// LocalConv updates z by z + DW(z), a depthwise 3×3 convolution over the
	// grid with zero padding 1.
	LocalConv(z Activation, w *LocalConv)
	// Mixture runs router and experts on every token of the two streams:
	// prompts is S×N, after the steering; gates is N×E.
	Mixture(z Activation, w *Mixture, s *Steering) (prompts, gates Activation)
	// Fuse updates both streams by α·f + (1-α)·z, with f the fusion layer of
	// the sum of the two streams, each weighted by its prompt and shifted by
	// the source's modal shift.
	Fuse(z, prompts Activation, w *Fusion, s *Steering)
	// Measure returns each stream's mean and unbiased standard deviation over
	// all tokens and channels.
	Measure(z Activation) (stats Activation)
	// Renormalise gives each stream of z the mean and deviation in stats.
	Renormalise(z, stats Activation)
	// Norm updates z by LayerNorm(z).
	Norm(z Activation, w *Norm)
	// Project returns w·z + bias, plus the position table: S×H×W×Out. z is
	// used up.
	Project(z Activation, w *Linear, pos *Table) Activation
	// BlendHead makes the fused pixels, still normalised and not yet clipped
	// (3×PH×PW), and the first source's weight in each pixel (PH×PW), from both
	// streams and the last prompts.
	BlendHead(z, prompts Activation, w *BlendHead) (pixels, weight Activation)
	// TwoScaleHead does the same for local means and detail apart; the weight is
	// that of the local means.
	TwoScaleHead(z, prompts Activation, w *BlendHead) (pixels, weight Activation)
	// PixelHead makes the fused pixels (3×PH×PW) from the first stream.
	PixelHead(z Activation, w *Linear) (pixels Activation)
	// Finish turns pixels into the tile's RGB (normalisation undone, clipped to
	// [0,1], reduced by the upsampling, 3×h×w for an h×w tile), and reads back
	// the named activations. It ends the pass: its activations are invalid
	// afterwards.
	Finish(pixels Activation, read ...Activation) (rgb []float32, values [][]float32, err error)
}

// Rounder is a Pass that can round the tile's colours itself, where moving them
// costs more than that.
type Rounder interface {
	Pass
	// FinishBytes is Finish with the colours as opaque RGBA, h×w×4, rounded as Byte
	// does.
	FinishBytes(pixels Activation, read ...Activation) (rgba []uint8, values [][]float32, err error)
}

// Layer is a Pass that can lay its tile into those before it where it computes, so
// that of all tiles no more is moved than the picture's finished pixels. The tiles of
// a picture are laid one after the other, on one backend; the first begins a picture
// anew, whatever became of the one before.
type Layer interface {
	Pass
	// Lay is Finish with the tile laid in its place: every pixel, and its weight, is
	// added to what there is, times what it counts there. weight is nil for a head
	// that has none. The result is the picture's rows that are finished: opaque RGBA,
	// rounded as Byte does, and their weights, or nil.
	Lay(at *Place, pixels, weight Activation, read ...Activation) (rgba []uint8, weights []float32, values [][]float32, err error)
}
