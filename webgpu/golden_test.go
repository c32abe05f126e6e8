//go:build js && wasm

package webgpu

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"tcmoa/core"
	"tcmoa/quant"
	"tcmoa/quant/safetensors"
)

// The golden files are those of the CPU backend: outputs of the reference
// implementation (PyTorch, float32) with random weights.

// goldenTolerance is ten times the CPU's: exp and log may be off by a few units
// in the last place on a GPU, and sums run in another order.
const goldenTolerance = 1e-3

func goldenDir() string {
	if dir := os.Getenv("TCMOA_GOLDEN"); dir != "" {
		return dir
	}
	return filepath.Join("..", "core", "cpu", "testdata", "golden")
}

type goldenCase struct {
	Name          string
	Height, Width int
	Task          int
	Controls      struct {
		Alpha, Beta *float32
		Router      []float32
		Experts     []int
	}
}

// goldenFile gives access to a file of cases.
type goldenFile struct {
	cases  []goldenCase
	stride int
	file   *safetensors.File
}

func openGolden(t *testing.T, model string) *goldenFile {
	t.Helper()
	f, err := os.Open(filepath.Join(goldenDir(), model+"_cases.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	g := &goldenFile{}
	if g.file, err = safetensors.NewFile(f, info.Size()); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(g.file.Header.Metadata["cases"]), &g.cases); err != nil {
		t.Fatal(err)
	}
	if g.stride, err = strconv.Atoi(g.file.Header.Metadata["stride"]); err != nil {
		t.Fatal(err)
	}
	return g
}

// tensor returns a tensor's values, nil where the file has none of that name.
func (g *goldenFile) tensor(t *testing.T, name string) []float32 {
	t.Helper()
	for _, e := range g.file.Header.Entries {
		if e.Name == name {
			raw, err := g.file.Read(e)
			if err != nil {
				t.Fatal(err)
			}
			return e.DType.Floats(raw)
		}
	}
	return nil
}

// normalised is a source given as normalised planar values, as the reference
// takes it.
type normalised struct {
	width, height int
	values        []float32
}

func (p normalised) Size() (int, int) { return p.width, p.height }

func (p normalised) ReadRow(rgb []float32, y, x0, x1 int) {
	mean, std := [3]float32{0.485, 0.456, 0.406}, [3]float32{0.229, 0.224, 0.225}
	for x := x0; x < x1; x++ {
		for c := range 3 {
			rgb[3*(x-x0)+c] = p.values[(c*p.height+y)*p.width+x]*std[c] + mean[c]
		}
	}
}

func (c goldenCase) controls(t *testing.T, cfg core.Config) core.Controls {
	t.Helper()
	controls, err := core.TaskControls(cfg, cfg.Tasks[c.Task])
	if err != nil {
		t.Fatal(err)
	}
	if c.Controls.Router != nil {
		controls.Router = c.Controls.Router
	}
	if c.Controls.Alpha != nil {
		controls.SetPrompt(cfg, core.Prompt{Alpha: *c.Controls.Alpha, Beta: *c.Controls.Beta})
	}
	for _, on := range c.Controls.Experts {
		controls.Experts = append(controls.Experts, on != 0)
	}
	return controls
}

// open returns a backend that the test closes.
func open(t testing.TB, opt Options) *Backend {
	t.Helper()
	b, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func load(t testing.TB, src quant.Source, b core.Backend) *core.Network {
	t.Helper()
	l, err := core.NewLoader(src.Config(), b)
	if err != nil {
		t.Fatal(err)
	}
	if err := quant.Each(context.Background(), src, nil, l.Add); err != nil {
		t.Fatal(err)
	}
	n, err := l.Network()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func model(t testing.TB, name string) quant.Source {
	t.Helper()
	src, err := quant.OpenSafetensors(filepath.Join(goldenDir(), name+".safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"blend", "detail", "official"} {
		golden := openGolden(t, name)
		net := load(t, model(t, name), open(t, Options{Precision: Float32}))
		for _, c := range golden.cases {
			t.Run(name+"/"+c.Name, func(t *testing.T) { testGolden(t, net, golden, c) })
		}
	}
}

func testGolden(t *testing.T, net *core.Network, g *goldenFile, c goldenCase) {
	cfg := net.Config
	source := func(s string) core.Picture {
		return normalised{c.Width, c.Height, g.tensor(t, c.Name+"."+s)}
	}
	in := core.Input{A: source("a"), B: source("b"), Tile: image.Rect(0, 0, c.Width, c.Height), Config: cfg}
	running, err := net.Backend.Begin(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	var encoded core.Activation
	out := net.Forward(running, in, c.controls(t, cfg), nil, func(s core.Step, z core.Activation) {
		if s.Name == "encoder norm" {
			encoded = keep(running, z)
		}
	})
	read := []core.Activation{encoded, out.Pixels}
	for _, r := range out.Routes {
		read = append(read, r.Prompts, r.Gates)
	}
	if out.Weight != nil {
		read = append(read, out.Weight)
	}
	_, values, err := running.Finish(out.Pixels, read...)
	if err != nil {
		t.Fatal(err)
	}

	compared, worst := 0, 0.0
	compare := func(what string, got []float32) {
		t.Helper()
		want := g.tensor(t, c.Name+"."+what)
		if want == nil {
			return
		}
		compared++
		d, at := difference(got, want)
		if worst = max(worst, d); d > goldenTolerance {
			t.Errorf("%s: differs by %g at %d, want at most %g", what, d, at, goldenTolerance)
		}
	}
	halves := func(first, second string, v []float32) {
		compare(first, v[:len(v)/2])
		compare(second, v[len(v)/2:])
	}
	halves("encoder_x", "encoder_t", values[0])
	wide, high := c.Width*cfg.Upsample, c.Height*cfg.Upsample
	compare("output", thin(values[1], 3, high, wide, g.stride))
	for j := range out.Routes {
		prompts, gates := values[2+2*j], values[3+2*j]
		halves(fmt.Sprintf("prompt_x.%d", j), fmt.Sprintf("prompt_t.%d", j), prompts)
		compare(fmt.Sprintf("gates.%d", j), gates)
		if k := j - cfg.EncoderMoAs(); k >= 0 {
			halves(fmt.Sprintf("decoder_prompt_x.%d", k), fmt.Sprintf("decoder_prompt_t.%d", k), prompts)
		} else {
			halves(fmt.Sprintf("encoder_prompt_x.%d", j), fmt.Sprintf("encoder_prompt_t.%d", j), prompts)
		}
	}
	if out.Weight != nil {
		compare("weight", thin(values[len(values)-1], 1, high, wide, g.stride))
	}
	if compared < 3 {
		t.Errorf("only %d tensors of case %s were compared", compared, c.Name)
	}
	t.Logf("%d tensors, largest difference %.1e", compared, worst)
}

// keep records a copy of an activation as it is now, to be read back.
func keep(running core.Pass, z core.Activation) core.Activation {
	p := running.(*pass)
	x := z.(*activation)
	n := p.rec.of(x.operand).bytes / 4
	copied := p.kept(n)
	params := p.rowParams(0, n/64, 0, 0)
	p.rec.run(p.get("rows", 0, 16), spread(n/64), n, params[:], x.operand, operand{}, operand{}, copied.operand)
	return copied
}

// thin keeps every stride-th pixel of planes.
func thin(v []float32, planes, high, wide, stride int) []float32 {
	var out []float32
	for c := range planes {
		for y := 0; y < high; y += stride {
			for x := 0; x < wide; x += stride {
				out = append(out, v[(c*high+y)*wide+x])
			}
		}
	}
	return out
}

func difference(got, want []float32) (worst float64, at int) {
	if len(got) != len(want) {
		return math.Inf(1), min(len(got), len(want))
	}
	for i := range got {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= worst) {
			worst, at = d, i
		}
	}
	return worst, at
}
