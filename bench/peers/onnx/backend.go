package main

import (
	"context"
	"errors"
	"fmt"
	"image"

	"tcmoa/core"
)

// backend implements core.Backend: it computes nothing and writes down what
// would be computed, as an ONNX graph. So the peer gets the network of
// core.Network.Forward, not a second telling of it.
type backend struct {
	graph *graph
	int8  bool
}

func (b *backend) Name() string { return "ONNX" }

// weight is a parameter that becomes a constant of the graph when it is used.
type weight struct {
	name string
	core.Tensor
}

func (b *backend) Load(p core.Param, t core.Tensor) (core.Weight, error) {
	return &weight{p.Name, t}, nil
}

func (b *backend) Begin(_ context.Context, in core.Input) (core.Pass, error) {
	if in.Config.Upsample != 1 {
		return nil, errors.New("sources that are enlarged before the patches are cut are not written to ONNX")
	}
	p := &pass{backend: b, cfg: in.Config, side: in.Tile.Size()}
	p.h, p.w = in.Grid()
	p.n = p.h * p.w
	return p, nil
}

// pass implements core.Pass. z is a *stream.
type pass struct {
	*backend
	cfg     core.Config
	side    image.Point
	h, w, n int   // the token grid
	sources value // both, normalised: 2×3×tile height×tile width
	fault   error
}

// stream is the value that an activation has by now: z is 2×N×C.
type stream struct{ value }

func (p *pass) Embed(w *core.PatchEmbed, pos *core.Table) core.Activation {
	g := p.graph
	first, second := g.input("first", 1, 3, p.side.Y, p.side.X), g.input("second", 1, 3, p.side.Y, p.side.X)
	both := g.node("Concat", axis(0), first, second)
	p.sources = g.node("Div", nil, g.node("Sub", nil, both, p.channels("mean", core.PixelMean)), p.channels("std", core.PixelStd))

	patches := g.node("Conv", []attribute{{"strides", []int{w.Patch, w.Patch}}}, p.sources, p.stored(w.Weight), p.stored(w.Bias))
	tokens := p.reshape(patches, 2, w.Width, p.n)
	return &stream{p.addPositions(p.transpose(tokens, 0, 2, 1), pos)}
}

// channels is a constant for each colour channel of a picture.
func (p *pass) channels(name string, values [3]float32) value {
	return p.graph.floats(name, []int{3, 1, 1}, func() []float32 { return values[:] })
}

func (p *pass) addPositions(z value, pos *core.Table) value {
	table := p.graph.floats(fmt.Sprint("positions ", pos.Dim), []int{p.n, pos.Dim}, func() []float32 {
		var all []float32
		for i := range p.n {
			at := (i/p.w%pos.Rows*pos.Cols + i%p.w%pos.Cols) * pos.Dim
			all = append(all, pos.Values[at:at+pos.Dim]...)
		}
		return all
	})
	return p.graph.node("Add", nil, z, table)
}

func (p *pass) MLP(z core.Activation, w *core.MLP) {
	x := z.(*stream)
	hidden := p.graph.node("Gelu", nil, p.linear(p.norm(x.value, &w.Norm), &w.FC1))
	x.value = p.graph.node("Add", nil, x.value, p.linear(hidden, &w.FC2))
}

func (p *pass) LocalConv(z core.Activation, w *core.LocalConv) {
	x, c := z.(*stream), w.Width
	near := p.graph.node("Conv", []attribute{{"pads", []int{1, 1, 1, 1}}, {"group", c}},
		p.reshape(p.transpose(x.value, 0, 2, 1), 2, c, p.h, p.w), p.stored(w.Weight), p.stored(w.Bias))
	x.value = p.graph.node("Add", nil, x.value, p.transpose(p.reshape(near, 2, c, p.n), 0, 2, 1))
}

func (p *pass) Norm(z core.Activation, w *core.Norm) {
	x := z.(*stream)
	x.value = p.norm(x.value, w)
}

func (p *pass) Project(z core.Activation, w *core.Linear, pos *core.Table) core.Activation {
	return &stream{p.addPositions(p.linear(z.(*stream).value, w), pos)}
}

// Finish undoes the normalisation, clips, and makes the result the graph's.
func (p *pass) Finish(pixels core.Activation, _ ...core.Activation) ([]float32, [][]float32, error) {
	if p.fault != nil {
		return nil, nil, p.fault
	}
	g := p.graph
	rgb := g.node("Add", nil, g.node("Mul", nil, pixels.(value), p.channels("std", core.PixelStd)), p.channels("mean", core.PixelMean))
	g.output(g.node("Clip", nil, rgb, g.scalar(0), g.scalar(1)), "fused", 3, p.side.Y, p.side.X)
	return nil, nil, nil
}
