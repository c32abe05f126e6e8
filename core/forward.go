package core

import "fmt"

// Step is a place in the forward graph.
type Step struct {
	Name        string // of the part just queued: "encoder block 3", as the checkpoint numbers it
	Done, Total int    // parts queued so far, and in all
}

// Trace is told of every step of a forward pass, with the activation that it
// left. It serves progress, and tests that compare stage by stage.
type Trace func(s Step, z Activation)

// Route is what one mixture of adapters decided.
type Route struct{ Prompts, Gates Activation }

// Outputs are the results of a forward pass, still on the backend.
type Outputs struct {
	Pixels Activation
	Weight Activation // nil for a head that has none
	Routes []Route    // of every MoA, the encoder's first
}

// Forward queues the whole network on a pass. beta is the tile's share of the
// controls' region, a value a token, or nil.
func (n *Network) Forward(p Pass, in Input, c Controls, beta []float32, trace Trace) Outputs {
	g := graph{net: n, pass: p, controls: c, beta: beta, trace: trace}
	g.h, g.w = in.Grid()
	g.total = len(n.encoder.blocks) + len(n.decoder.blocks) + 4

	z := p.Embed(&n.embed, n.positions(g.h, g.w, n.Config.Dim))
	g.step("patch embedding", z)
	g.stage(&n.encoder, z)
	p.Norm(z, &n.norm)
	g.step("encoder norm", z)

	z = p.Project(z, &n.decoderEmbed, n.positions(g.h, g.w, n.Config.DecoderDim))
	g.step("decoder embedding", z)
	g.renormalise = true
	g.stage(&n.decoder, z)
	p.Norm(z, &n.decoderNorm)

	out := Outputs{Routes: g.routes}
	switch n.Config.Head {
	case HeadBlend:
		out.Pixels, out.Weight = p.BlendHead(z, g.routes[len(g.routes)-1].Prompts, &n.blend)
	case HeadTwoScale:
		out.Pixels, out.Weight = p.TwoScaleHead(z, g.routes[len(g.routes)-1].Prompts, &n.blend)
	case HeadPixels:
		out.Pixels = p.PixelHead(z, &n.pixels)
	}
	g.step("head", z)
	return out
}

// graph is the state of one run through the network.
type graph struct {
	net         *Network
	pass        Pass
	h, w        int
	controls    Controls
	beta        []float32
	trace       Trace
	done, total int
	routes      []Route
	renormalise bool // a MoA keeps the streams' mean and deviation: the decoder's do
}

func (g *graph) step(name string, z Activation) {
	g.done++
	if g.trace != nil {
		g.trace(Step{Name: name, Done: g.done, Total: g.total}, z)
	}
}

func (g *graph) stage(s *stage, z Activation) {
	for i := range s.blocks {
		b := &s.blocks[i]
		g.pass.Attention(z, &b.attention, g.shift(i))
		g.pass.MLP(z, &b.mlp)
		if b.local != nil {
			g.pass.LocalConv(z, b.local)
		}
		if b.mixture != nil {
			g.moa(b, z)
		}
		g.step(fmt.Sprintf("%s block %d", s.name, i), z)
	}
}

// shift is by how many tokens block i rolls the grid before it cuts windows.
func (g *graph) shift(i int) int {
	c := g.net.Config
	oneWindow := g.h == c.Window && g.w == c.Window
	if i%2 == 0 || (oneWindow && !c.ShiftOneWindow) {
		return 0
	}
	return c.Shift
}

func (g *graph) moa(b *block, z Activation) {
	s := g.controls.steering(len(g.routes), g.beta)
	var stats Activation
	if g.renormalise {
		stats = g.pass.Measure(z)
	}
	prompts, gates := g.pass.Mixture(z, b.mixture, s)
	g.routes = append(g.routes, Route{prompts, gates})
	g.pass.Fuse(z, prompts, b.fusion, s)
	if g.renormalise {
		g.pass.Renormalise(z, stats)
	}
}
