package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Two passes on networks of the same weights can share a tile. Nearly all work is
// done on each source's stream by itself, so each pass carries one stream through
// the blocks. Before every mixture of adapters (MoA) and before the head, which
// look at both, they swap streams, N×C numbers each; there each then computes its
// half of the grid's rows. The fusion layer both compute whole, since its
// convolution looks at neighbours and it takes less time than another exchange.
//
// Every value is computed from the same values in the same order as by one pass
// alone: the results are equal, bit for bit.

// Half is one of the two parts of a shared tile: the first source's stream and the
// upper rows of the grid, or the second source's stream and the lower rows.
type Half int

const (
	FirstHalf Half = iota
	SecondHalf
)

// Rows is the half's part of height rows of tokens: from, and up to but without to.
func (h Half) Rows(height int) (from, to int) {
	return height * int(h) / 2, height * (int(h) + 1) / 2
}

// Share joins the pass on one half of a tile to that on the other.
type Share struct {
	Half Half
	Link Link
}

// Link carries numbers between the two passes that share a tile.
type Link interface {
	// Send gives values, as one message, to the partner, and does not wait until it
	// takes them: the caller may change them at once. at says where in the graph the
	// sender is, as the number of the MoA that comes next.
	Send(at int, values ...[]float32) error
	// Receive waits for the partner's next message, or for the end of ctx, and copies
	// its values. It is an error if they do not fill into.
	Receive(ctx context.Context, into ...[]float32) (at int, err error)
}

// Divisible is a Pass that can do one half of a shared tile. On other backends
// tiles cannot be shared.
type Divisible interface {
	Pass
	// Take limits the pass to a half: of z, operations compute its stream only, of
	// Mixture's and the heads' results its rows only, and what is not computed has any
	// content. Finish then returns its rows of pixels only: 3×h'×w. Fuse reads both
	// streams and all prompts. It is called before the first operation.
	Take(h Half)
	// Streams makes a z of a width: S×H×W×width, of any content.
	Streams(width int) Activation
	// Values is the memory of z (S×N×C), of prompts (S×N) or of gates (N×E), to be
	// read and written between operations.
	Values(a Activation) []float32
}

// shared is a pass on one half of a tile, which meets its partner where the graph
// looks at both streams.
type shared struct {
	Divisible
	half     Half
	link     Link
	ctx      context.Context
	stop     context.CancelFunc // ends ctx, which is the pass's
	tokens   int                // N
	from, to int                // the tokens of the half's rows
	at       int                // the MoA that comes next
	fault    error              // of the link
}

// share makes a pass one half of a shared tile. stop ends ctx and with it the pass,
// should the partner be lost.
func (s *Share) share(ctx context.Context, stop context.CancelFunc, p Pass, in Input) (*shared, error) {
	d, ok := p.(Divisible)
	if !ok {
		return nil, errors.New("this backend cannot share a tile with another")
	}
	d.Take(s.Half)
	h, w := in.Grid()
	from, to := s.Half.Rows(h)
	return &shared{Divisible: d, half: s.Half, link: s.Link, ctx: ctx, stop: stop, tokens: h * w, from: from * w, to: to * w}, nil
}

// lead tells the partner where this pass begins, and hands over its stream as it is
// there: r is nil for the beginning.
func (p *shared) lead(r *resumed) {
	if r == nil {
		r = &resumed{from: -1}
	}
	p.at = r.from
	p.send()
	start := r.start
	r.start = func() Activation {
		z := start()
		p.send(p.stream(z, SecondHalf))
		return z
	}
	p.at = max(p.at, 0)
}

// follow makes a pass that begins where the partner's does.
func (p *shared) follow(c Config) *resumed {
	p.at = -1
	r := &resumed{Pass: p, from: p.receive(), encoder: c.EncoderMoAs()}
	if r.from < -1 || r.from >= c.MoAs() {
		p.fail(fmt.Errorf("the first half of a tile goes on from mixture of adapters %d, of %d", r.from, c.MoAs()))
		r.from = -1
	}
	r.start = func() Activation {
		width := c.Dim
		if r.from >= r.encoder {
			width = c.DecoderDim
		}
		z := p.Streams(width)
		p.receive(p.stream(z, SecondHalf))
		return z
	}
	p.at = max(r.from, 0)
	return r
}

// Mixture implements Pass.
func (p *shared) Mixture(z Activation, w *Mixture, s *Steering) (prompts, gates Activation) {
	p.meet(z)
	prompts, gates = p.Divisible.Mixture(z, w, s)
	v, g := p.Values(prompts), p.Values(gates)
	of := func(from, to int) [][]float32 {
		return [][]float32{v[from:to], v[p.tokens:][from:to], g[from*w.Experts : to*w.Experts]}
	}
	if p.half == FirstHalf {
		p.swap(of(0, p.to), of(p.to, p.tokens))
	} else {
		p.swap(of(p.from, p.tokens), of(0, p.from))
	}
	p.at++
	return prompts, gates
}

// BlendHead implements Pass.
func (p *shared) BlendHead(z, prompts Activation, w *BlendHead) (pixels, weight Activation) {
	p.meet(z)
	return p.Divisible.BlendHead(z, prompts, w)
}

// TwoScaleHead implements Pass.
func (p *shared) TwoScaleHead(z, prompts Activation, w *BlendHead) (pixels, weight Activation) {
	p.meet(z)
	return p.Divisible.TwoScaleHead(z, prompts, w)
}

// PixelHead implements Pass.
func (p *shared) PixelHead(z Activation, w *Linear) Activation {
	p.meet(z)
	return p.Divisible.PixelHead(z, w)
}

// meet completes z: each side has computed its own stream.
func (p *shared) meet(z Activation) {
	p.swap([][]float32{p.stream(z, p.half)}, [][]float32{p.stream(z, 1-p.half)})
}

// stream is one of z's streams, N×C.
func (p *shared) stream(z Activation, h Half) []float32 {
	v := p.Values(z)
	n := len(v) / 2
	return v[int(h)*n : (int(h)+1)*n]
}

// lines are the half's rows of a plane of the tile's pixels.
func (p *shared) lines(plane []float32) []float32 {
	pixels := len(plane) / p.tokens // a token's
	return plane[p.from*pixels : p.to*pixels]
}

// JoinHalves lays the results of a tile's two halves together: their rows of
// pixels. All else is the first's.
func JoinHalves(first, second *TileResult) *TileResult {
	whole := *first
	whole.RGB = nil
	upper, lower := len(first.RGB)/3, len(second.RGB)/3
	for c := range 3 {
		whole.RGB = append(whole.RGB, first.RGB[c*upper:(c+1)*upper]...)
		whole.RGB = append(whole.RGB, second.RGB[c*lower:(c+1)*lower]...)
	}
	if first.Weight != nil {
		whole.Weight = slices.Concat(first.Weight, second.Weight)
	}
	return &whole
}

// swap gives the partner what this side has computed and takes what it lacks.
func (p *shared) swap(mine, theirs [][]float32) {
	p.send(mine...)
	if at := p.receive(theirs...); at != p.at {
		p.fail(fmt.Errorf("the halves of a tile are out of step: one is at mixture of adapters %d, the other at %d", p.at, at))
	}
}

func (p *shared) send(values ...[]float32) {
	if p.ctx.Err() == nil {
		p.fail(p.link.Send(p.at, values...))
	}
}

func (p *shared) receive(into ...[]float32) int {
	if p.ctx.Err() != nil {
		return p.at
	}
	at, err := p.link.Receive(p.ctx, into...)
	if err != nil {
		p.fail(err)
		return p.at
	}
	return at
}

// fail ends the pass, whose later operations then do nothing.
func (p *shared) fail(err error) {
	if err != nil && p.fault == nil {
		p.fault = err
		p.stop()
	}
}
