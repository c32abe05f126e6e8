//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
	"tcmoa/quant/golden"
)

// Every operation is computed by the CPU backend as well, which has been held
// against the reference implementation, and the results are compared.

// twin is an operation's surroundings on both backends: the same weights, the
// same sources, the same activations.
type twin struct {
	*testing.T
	random *rand.Rand
	exact  bool // the adapter's arithmetic
	gpu    *Backend
	cpu    *cpu.Backend
	in     core.Input
	g      *pass
	c      core.Pass
}

// newTwin starts a pass on a grid of h×w windows.
func newTwin(t *testing.T, gpu *Backend, cfg core.Config, h, w int) *twin {
	t.Helper()
	tw := &twin{T: t, random: rand.New(rand.NewPCG(7, 9)), exact: exact(t, gpu), gpu: gpu}
	precision := cpu.Int8
	if gpu.opt.Precision == Float32 {
		precision = cpu.Float32
	}
	tw.cpu = cpu.New(cpu.Options{Precision: precision, Workers: 1})
	tw.in = core.Input{Config: cfg, Tile: image.Rect(0, 0, w*cfg.Span(), h*cfg.Span())}
	tw.in.A = tw.picture(w*cfg.Span()-3, h*cfg.Span()-1)
	tw.in.B = tw.picture(w*cfg.Span()-3, h*cfg.Span()-1)
	g, err := gpu.Begin(context.Background(), tw.in)
	if err != nil {
		t.Fatal(err)
	}
	if tw.c, err = tw.cpu.Begin(context.Background(), tw.in); err != nil {
		t.Fatal(err)
	}
	tw.g = g.(*pass)
	return tw
}

func (tw *twin) picture(w, h int) *core.RGBA {
	p := core.NewRGBA(w, h)
	for i := range p.Pix {
		p.Pix[i] = uint8(tw.random.IntN(256))
	}
	return p
}

func (tw *twin) values(n int, scale, offset float32) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = offset + scale*float32(tw.random.NormFloat64())
	}
	return v
}

// weight loads a random parameter on both backends.
func (tw *twin) weight(name string, scale, offset float32, shape ...int) (g, c core.Weight) {
	tw.Helper()
	n, err := core.Elements(shape)
	if err != nil {
		tw.Fatal(err)
	}
	p := core.Param{Name: name, Shape: shape, Int8: name == "matrix"}
	t := core.Tensor{Shape: shape, F32: tw.values(n, scale, offset)}
	if p.Int8 {
		if t, err = quant.Quantise(t); err != nil {
			tw.Fatal(err)
		}
	}
	for i, b := range []core.Backend{tw.gpu, tw.cpu} {
		w, err := b.Load(p, t)
		if err != nil {
			tw.Fatal(err)
		}
		if i == 0 {
			g = w
		} else {
			c = w
		}
	}
	return g, c
}

func (tw *twin) norm(width int, eps float32) (g, c core.Norm) {
	g, c = core.Norm{Width: width, Eps: eps}, core.Norm{Width: width, Eps: eps}
	g.Gain, c.Gain = tw.weight("gain", 0.2, 1, width)
	g.Bias, c.Bias = tw.weight("bias", 0.2, 0, width)
	return g, c
}

// linear is a layer that runs in int8 where the backend does.
func (tw *twin) linear(in, out int) (g, c core.Linear) { return tw.layer("matrix", in, out) }

func (tw *twin) layer(name string, in, out int) (g, c core.Linear) {
	g, c = core.Linear{In: in, Out: out}, core.Linear{In: in, Out: out}
	g.Weight, c.Weight = tw.weight(name, float32(1/math.Sqrt(float64(in))), 0, out, in)
	g.Bias, c.Bias = tw.weight("bias", 0.3, 0, out)
	return g, c
}

// stream is a random activation on both: the CPU's is the slice itself.
func (tw *twin) stream(n int, scale, offset float32) (*activation, []float32) {
	v := tw.values(n, scale, offset)
	return &activation{tw.g.upload(bytesOf(slices.Clone(v)), 4*n)}, v
}

// tokens is how many the grid has.
func (tw *twin) tokens() int { return tw.g.n }

// results runs what the GPU has recorded and reads activations back.
func (tw *twin) results(read ...*activation) [][]float32 {
	tw.Helper()
	var kept []result
	for _, a := range read {
		tw.g.rec.of(a.operand).keep = true
		kept = append(kept, tw.g.rec.whole(a.operand))
	}
	if tw.g.err != nil {
		tw.Fatal(tw.g.err)
	}
	prog, err := tw.gpu.program(context.Background(), tw.g.rec)
	if err != nil {
		tw.Fatal(err)
	}
	raw, err := prog.run(context.Background(), job{params: tw.g.rec.params, uploads: tw.g.uploads, results: kept}, &tw.gpu.counters, nil)
	if err != nil {
		tw.Fatal(err)
	}
	var out [][]float32
	for _, r := range kept {
		out = append(out, floatsOf(raw[:r.bytes]))
		raw = raw[r.bytes:]
	}
	return out
}

// close compares with the CPU's values.
func (tw *twin) close(what string, got, want []float32, tolerance float64) {
	tw.Helper()
	if d, at := golden.Difference(got, want); d > tolerance {
		tw.Errorf("%s: differs by %g at %d of %d, want at most %g", what, d, at, len(want), tolerance)
	}
}

// Where the adapter rounds as the CPU does, results are the same, bit by bit. On
// others floats are compared within 1e-4 of values of magnitude 1 to 10. Where
// activations are quantised, a value on the edge of two integers may fall to the
// other side; one step is 1/63 of the row's largest, times a weight, summed as a
// random walk. So it is wherever activations between kernels are in f16, which is
// for products in int8 only.
const (
	floatTolerance = 1e-4
	int8Tolerance  = 2e-2
	f16Tolerance   = 4e-2
)

// tolerance is for operations that quantise, where the backend does.
func (tw *twin) tolerance() float64 {
	switch {
	case tw.gpu.dev.offer.F16:
		return f16Tolerance
	case tw.exact:
		return 0
	case tw.gpu.opt.Precision == Float32:
		return floatTolerance
	}
	return int8Tolerance
}

// floats is the tolerance for operations that compute in floats always.
func (tw *twin) floats() float64 {
	if tw.exact {
		return 0
	}
	return floatTolerance
}

// small is a network's shape with dims small enough for a software adapter.
func small(window int) core.Config {
	return core.Config{
		Name: "small", Patch: 4, Upsample: 1, Dim: 32, Depth: 2, Heads: 2, DecoderDim: 32, DecoderDepth: 2, DecoderHeads: 2,
		Window: window, Shift: window / 2, MLPRatio: 4, Tau: 2, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: core.PosWindow, Head: core.HeadBlend,
	}
}

// few are all cases, or the first where the test has to be short: each of them
// needs kernels of its own, which software adapters take seconds to compile.
func few[T any](cases []T) []T {
	if testing.Short() {
		return cases[:1]
	}
	return cases
}

// eachVariant runs a test on every variant that the adapter has; where it has to
// be short, on that which the engine uses.
func eachVariant(t *testing.T, test func(t *testing.T, gpu *Backend)) {
	options := []Options{
		{Precision: Float32},
		{Precision: Float32, NoSubgroups: true, WorkgroupMemory: 16 << 10},
		{},
		{F16: true},
		{NoDP4A: true, NoSubgroups: true, WorkgroupMemory: 16 << 10},
	}
	if testing.Short() {
		options = options[2:3]
	}
	for _, opt := range options {
		gpu := open(t, opt)
		o := gpu.Offer()
		name := fmt.Sprintf("%s dp4a=%v subgroups=%v f16=%v %dKiB", gpu.Name(), o.DP4A, o.Subgroups, o.F16, o.WorkgroupMemory>>10)
		t.Run(name, func(t *testing.T) { test(t, gpu) })
	}
}

func TestEmbed(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, c := range []struct{ patch, upsample, width int }{{4, 1, 32}, {3, 1, 32}, {4, 2, 64}, {8, 1, 96}} {
			cfg := small(3)
			cfg.Patch, cfg.Upsample, cfg.Dim = c.patch, c.upsample, c.width
			tw := newTwin(t, gpu, cfg, 1, 2)
			g := core.PatchEmbed{Width: c.width, Patch: c.patch, Upsample: c.upsample}
			h := g
			g.Weight, h.Weight = tw.weight("patch_embed.proj.weight", 0.1, 0, c.width, 3, c.patch, c.patch)
			g.Bias, h.Bias = tw.weight("bias", 0.3, 0, c.width)
			table := &core.Table{Rows: 3, Cols: 3, Dim: c.width, Values: tw.values(9*c.width, 1, 0)}
			got := tw.g.Embed(&g, table).(*activation)
			want := cpu.Values(tw.c.Embed(&h, table))
			tw.close(fmt.Sprintf("%+v", c), tw.results(got)[0], want, tw.floats())
		}
	})
}

func TestAttention(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, c := range few([]struct{ dim, heads, window, h, w, shift int }{
			{96, 3, 14, 1, 2, 7},
			{32, 2, 1, 1, 1, 0},
			{32, 2, 3, 1, 1, 0},
			{32, 1, 5, 2, 3, 2},
			{64, 1, 6, 1, 2, 3},
			{64, 4, 7, 2, 1, 6},
		}) {
			cfg := small(c.window)
			cfg.Dim = c.dim
			tw := newTwin(t, gpu, cfg, c.h, c.w)
			g := core.Attention{Heads: c.heads, Window: c.window}
			h := g
			g.Norm, h.Norm = tw.norm(c.dim, 1e-6)
			g.QKV, h.QKV = tw.linear(c.dim, 3*c.dim)
			g.Proj, h.Proj = tw.linear(c.dim, c.dim)
			side := 2*c.window - 1
			g.Table, h.Table = tw.weight("x.relative_position_bias_table", 0.5, 0, side*side, c.heads)
			z, want := tw.stream(2*tw.tokens()*c.dim, 1, 0.3)
			tw.g.Attention(z, &g, c.shift)
			tw.c.Attention(want, &h, c.shift)
			// In integers a value is on the edge of two three times on the way: before the
			// first product, before the second, and after it. A step of v alone is 1/63 of
			// the largest, and a query may attend to little else.
			tw.close(fmt.Sprintf("%+v", c), tw.results(z)[0], want, 2*tw.tolerance())
		}
	})
}

func TestMLP(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, c := range few([]struct{ dim, window, h, w int }{{96, 1, 5, 13}, {32, 1, 1, 1}, {32, 3, 7, 1}, {64, 2, 4, 4}, {288, 3, 1, 1}}) {
			cfg := small(c.window)
			cfg.Dim = c.dim
			tw := newTwin(t, gpu, cfg, c.h, c.w)
			var g, h core.MLP
			g.Norm, h.Norm = tw.norm(c.dim, 1e-6)
			g.FC1, h.FC1 = tw.linear(c.dim, 4*c.dim)
			g.FC2, h.FC2 = tw.linear(4*c.dim, c.dim)
			z, want := tw.stream(2*tw.tokens()*c.dim, 1, -0.2)
			tw.g.MLP(z, &g)
			tw.c.MLP(want, &h)
			tw.close(fmt.Sprintf("%+v", c), tw.results(z)[0], want, tw.tolerance())
		}
	})
}

func TestLocalConv(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, grid := range [][2]int{{1, 1}, {1, 5}, {6, 3}} {
			tw := newTwin(t, gpu, small(1), grid[0], grid[1])
			g := core.LocalConv{Width: 32}
			h := g
			g.Weight, h.Weight = tw.weight("x.local.weight", 0.3, 0, 32, 1, 3, 3)
			g.Bias, h.Bias = tw.weight("bias", 0.3, 0, 32)
			z, want := tw.stream(2*tw.tokens()*32, 1, 0)
			tw.g.LocalConv(z, &g)
			tw.c.LocalConv(want, &h)
			tw.close(fmt.Sprint(grid), tw.results(z)[0], want, tw.floats())
		}
	})
}

func TestNormAndProject(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		tw := newTwin(t, gpu, small(3), 2, 3)
		g, h := tw.norm(32, 1e-6)
		l, m := tw.linear(32, 96)
		table := &core.Table{Rows: 3, Cols: 3, Dim: 96, Values: tw.values(9*96, 1, 0)}
		z, values := tw.stream(2*tw.tokens()*32, 1, 0.5)
		tw.g.Norm(z, &g)
		tw.c.Norm(values, &h)
		got := tw.g.Project(z, &l, table).(*activation)
		want := cpu.Values(tw.c.Project(values, &m, table))
		out := tw.results(z, got)
		tw.close("norm", out[0], values, tw.floats())
		tw.close("project", out[1], want, tw.tolerance())
	})
}

func TestMixture(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, c := range few([]struct {
			dim, experts, k, h, w int
			router                []float32
			on                    []bool
			region                bool
		}{
			{dim: 96, experts: 3, k: 1, h: 4, w: 4, router: []float32{0.5, 0.2, 0.3}},
			{dim: 32, experts: 4, k: 2, h: 1, w: 1, router: []float32{0, 1, 0}},
			{dim: 64, experts: 4, k: 2, h: 3, w: 5, router: []float32{0, 0, 1}, region: true},
			{dim: 288, experts: 6, k: 6, h: 17, w: 1, router: []float32{1, 0, 0}, on: []bool{true, false, true, true, false, true}},
			{dim: 768, experts: 4, k: 2, h: 3, w: 3, router: []float32{1, 0, 0}},
		}) {
			cfg := small(1)
			cfg.Dim, cfg.Experts, cfg.TopK = c.dim, c.experts, c.k
			tw := newTwin(t, gpu, cfg, c.h, c.w)
			g := core.Mixture{Width: c.dim, Hidden: c.dim / 32, Experts: c.experts, TopK: c.k, Tasks: 3}
			h := g
			r := g.Reduced()
			g.Norm1, h.Norm1 = tw.norm(2*c.dim, 1e-5)
			g.Norm2, h.Norm2 = tw.norm(r, 1e-5)
			g.Reduce, h.Reduce = tw.weight("x.dimReduction.weight", 0.1, 0, r, 2*c.dim)
			g.Gate, h.Gate = tw.weight("gate", 1, 0, 3, r, c.experts)
			g.FC1, h.FC1 = tw.weight("fc1", 0.5, 0, c.experts, g.Hidden, r)
			g.FC1Bias, h.FC1Bias = tw.weight("bias", 0.3, 0, c.experts, g.Hidden)
			g.FC2, h.FC2 = tw.weight("fc2", 0.5, 0, c.experts, r, g.Hidden)
			g.FC2Bias, h.FC2Bias = tw.weight("bias", 0.3, 0, c.experts, r)
			s := &core.Steering{Router: c.router, Experts: c.on, Prompt: core.Prompt{Alpha: 1.5, Beta: 0.1}}
			if c.region {
				s.Beta = tw.values(tw.tokens(), 0.1, 0)
			}
			z, values := tw.stream(2*tw.tokens()*c.dim, 1, 0)
			gotP, gotG := tw.g.Mixture(z, &g, s)
			wantP, wantG := tw.c.Mixture(values, &h, s)
			out := tw.results(gotP.(*activation), gotG.(*activation))
			what := fmt.Sprintf("dim %d, %d experts", c.dim, c.experts)
			tw.close(what+": prompts", out[0], cpu.Values(wantP), tw.floats())
			tw.close(what+": gates", out[1], cpu.Values(wantG), tw.floats())
		}
	})
}

func TestFuse(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, shifts := range []bool{true, false} {
			tw := newTwin(t, gpu, small(1), 5, 14)
			g := core.Fusion{Width: 96, Tasks: 3, Alpha: 0.3}
			h := g
			g.Conv1, h.Conv1 = tw.weight("x.conv1.weight", 0.1, 0, 24, 96, 1, 1)
			g.Conv2, h.Conv2 = tw.weight("x.conv2.weight", 0.1, 0, 24, 24, 3, 3)
			g.Conv3, h.Conv3 = tw.weight("x.conv3.weight", 0.1, 0, 96, 24, 1, 1)
			if shifts {
				g.Shifts, h.Shifts = tw.weight("shifts", 1, 0, 3, 2, 96)
			}
			s := &core.Steering{Router: []float32{0, 0, 1}}
			if gpu.opt.NoSubgroups { // another mix, once a precision
				s.Router = []float32{0.25, 0, 0.75}
			}
			prompts, p := tw.stream(2*tw.tokens(), 0.2, 0.5)
			z, want := tw.stream(2*tw.tokens()*96, 1, 0)
			tw.g.Fuse(z, prompts, &g, s)
			tw.c.Fuse(want, p, &h, s)
			tw.close(fmt.Sprintf("shifts %v", shifts), tw.results(z)[0], want, tw.floats())
		}
	})
}

func TestRenormalise(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		for _, grid := range [][2]int{{1, 1}, {8, 16}, {3, 100}} { // less than a part, one, several
			tw := newTwin(t, gpu, small(1), grid[0], grid[1])
			before, b := tw.stream(2*tw.tokens()*32, 2, 1000) // a mean that cancels badly
			z, want := tw.stream(2*tw.tokens()*32, 3, -2)
			tw.g.Renormalise(z, tw.g.Measure(before))
			tw.c.Renormalise(want, tw.c.Measure(b))
			tw.close(fmt.Sprint(grid), tw.results(z)[0], want, tw.floats())
		}
	})
}

// finish is the tile's colours, floats or bytes, and the number of the run.
func (tw *twin) finish(pixels core.Activation, kind flag) *activation {
	return &activation{tw.g.finish(pixels, kind).of}
}

// rounded demands that a tile's colours came as bytes as its canvas would round them.
func (tw *twin) rounded(rgb, packed []float32) {
	tw.Helper()
	rgba := bytesOf(packed)
	plane := len(rgba)/4 - 1
	for i := range plane {
		want := [4]byte{core.Byte(rgb[i]), core.Byte(rgb[plane+i]), core.Byte(rgb[2*plane+i]), 255}
		if [4]byte(rgba[4*i:]) != want {
			tw.Fatalf("pixel %d is %v, want %v", i, rgba[4*i:4*i+4], want)
		}
	}
	if n := binary.LittleEndian.Uint32(rgba[4*plane:]); n != tw.g.serial {
		tw.Errorf("run %d of %d", n, tw.g.serial)
	}
}

func TestHeads(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		cfg := small(3)
		tw := newTwin(t, gpu, cfg, 1, 2)
		g := core.BlendHead{PromptGain: 0.7, Patch: 4}
		h := g
		g.Linear, h.Linear = tw.layer("head.weight", 64, 4*4*4)
		prompts, p := tw.stream(2*tw.tokens(), 0.4, 0.5)
		z, values := tw.stream(2*tw.tokens()*32, 1, 0)
		gotP, gotW := tw.g.BlendHead(z, prompts, &g)
		wantP, wantW := tw.c.BlendHead(values, p, &h)
		g.Linear, h.Linear = tw.layer("head.weight", 64, core.TwoScaleOutputs)
		scalesP, scalesW := tw.g.TwoScaleHead(z, prompts, &g)
		wantScalesP, wantScalesW := tw.c.TwoScaleHead(values, p, &h)
		rgb, rgba := tw.finish(gotP, 0), tw.finish(gotP, flagBytes)
		out := tw.results(gotP.(*activation), gotW.(*activation), rgb, scalesP.(*activation), scalesW.(*activation), rgba)
		tw.close("pixels", out[0], cpu.Values(wantP), tw.floats())
		tw.close("weight", out[1], cpu.Values(wantW), tw.floats())
		tw.close("pixels at two scales", out[3], cpu.Values(wantScalesP), floatTolerance)
		tw.close("weight at two scales", out[4], cpu.Values(wantScalesW), floatTolerance)
		want, _, err := tw.c.Finish(wantP)
		if err != nil {
			t.Fatal(err)
		}
		tw.close("colours", out[2][:len(want)], want, tw.floats())
		if last := out[2][len(want)]; last != float32(tw.g.serial) {
			t.Errorf("run %v of %d", last, tw.g.serial)
		}
		tw.rounded(out[2], out[5])

		cfg.Patch, cfg.Upsample, cfg.Head = 6, 2, core.HeadPixels
		tw = newTwin(t, gpu, cfg, 2, 1)
		l, m := tw.layer("decoder_pred.weight", 32, 6*6*3)
		z, values = tw.stream(2*tw.tokens()*32, 1, 0)
		got := tw.g.PixelHead(z, &l)
		wanted := tw.c.PixelHead(values, &m)
		rgb, rgba = tw.finish(got, 0), tw.finish(got, flagBytes)
		out = tw.results(got.(*activation), rgb, rgba)
		tw.close("pixels", out[0], cpu.Values(wanted), tw.floats())
		if want, _, err = tw.c.Finish(wanted); err != nil {
			t.Fatal(err)
		}
		tw.close("colours", out[1][:len(want)], want, tw.floats())
		tw.rounded(out[1], out[2])
	})
}
