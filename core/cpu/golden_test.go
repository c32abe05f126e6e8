package cpu_test

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
	"tcmoa/core/cpu"
	"tcmoa/quant"
	"tcmoa/quant/safetensors"
)

// The golden files are outputs of the reference implementation (PyTorch,
// float32) with random weights; testdata/golden/make.py tells what they hold.

const goldenTolerance = 1e-4

func goldenDir() string {
	if dir := os.Getenv("TCMOA_GOLDEN"); dir != "" {
		return dir
	}
	return filepath.Join("testdata", "golden")
}

// goldenCases gives access to a file of cases.
type goldenCases struct {
	Cases  []goldenCase
	stride int
	file   *safetensors.File
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

func openCases(t *testing.T, path string) *goldenCases {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	st, err := safetensors.NewFile(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	g := &goldenCases{file: st}
	if err := json.Unmarshal([]byte(st.Header.Metadata["cases"]), &g.Cases); err != nil {
		t.Fatal(err)
	}
	if g.stride, err = strconv.Atoi(st.Header.Metadata["stride"]); err != nil {
		t.Fatal(err)
	}
	return g
}

// tensor returns a tensor's values, nil where the file has none of that name.
func (g *goldenCases) tensor(t *testing.T, name string) []float32 {
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

func load(t testing.TB, src quant.Source, opt cpu.Options) *core.Network {
	t.Helper()
	l, err := core.NewLoader(src.Config(), cpu.New(opt))
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

func open(t testing.TB, path string) quant.Source {
	t.Helper()
	src, err := quant.OpenSafetensors(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func TestGolden(t *testing.T) {
	for _, model := range []string{"blend", "detail", "official"} {
		cases := openCases(t, filepath.Join(goldenDir(), model+"_cases.safetensors"))
		src := open(t, filepath.Join(goldenDir(), model+".safetensors"))
		for _, workers := range []int{1, 3} {
			net := load(t, src, cpu.Options{Precision: cpu.Float32, Workers: workers})
			for _, c := range cases.Cases {
				t.Run(fmt.Sprintf("%s/%s/workers=%d", model, c.Name, workers), func(t *testing.T) {
					testGolden(t, net, cases, c)
				})
			}
		}
	}
}

func testGolden(t *testing.T, net *core.Network, g *goldenCases, c goldenCase) {
	cfg := net.Config
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
	if err := controls.Validate(cfg); err != nil {
		t.Fatal(err)
	}
	source := func(s string) core.Picture {
		return normalised{c.Width, c.Height, g.tensor(t, c.Name+"."+s)}
	}
	in := core.Input{A: source("a"), B: source("b"), Tile: image.Rect(0, 0, c.Width, c.Height), Config: cfg}
	pass, err := net.Backend.Begin(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	compare := func(what string, got []float32) {
		t.Helper()
		want := g.tensor(t, c.Name+"."+what)
		if want == nil {
			return
		}
		compared++
		if worst, at := difference(got, want); worst > goldenTolerance {
			t.Errorf("%s: differs by %g at %d, want at most %g", what, worst, at, goldenTolerance)
		}
	}
	out := net.Forward(pass, in, controls, nil, func(s core.Step, z core.Activation) {
		if s.Name == "encoder norm" {
			v := cpu.Values(z)
			compare("encoder_x", v[:len(v)/2])
			compare("encoder_t", v[len(v)/2:])
		}
	})
	read := []core.Activation{out.Pixels}
	for _, r := range out.Routes {
		read = append(read, r.Prompts, r.Gates)
	}
	if out.Weight != nil {
		read = append(read, out.Weight)
	}
	_, values, err := pass.Finish(out.Pixels, read...)
	if err != nil {
		t.Fatal(err)
	}
	for j := range out.Routes {
		p := values[1+2*j]
		x, tt := p[:len(p)/2], p[len(p)/2:]
		compare(fmt.Sprintf("prompt_x.%d", j), x)
		compare(fmt.Sprintf("prompt_t.%d", j), tt)
		compare(fmt.Sprintf("gates.%d", j), values[2+2*j])
		if k := j - cfg.EncoderMoAs(); k >= 0 {
			compare(fmt.Sprintf("decoder_prompt_x.%d", k), x)
			compare(fmt.Sprintf("decoder_prompt_t.%d", k), tt)
		} else {
			compare(fmt.Sprintf("encoder_prompt_x.%d", j), x)
			compare(fmt.Sprintf("encoder_prompt_t.%d", j), tt)
		}
	}
	wide, high := c.Width*cfg.Upsample, c.Height*cfg.Upsample
	compare("output", thin(values[0], 3, high, wide, g.stride))
	if out.Weight != nil {
		compare("weight", thin(values[len(values)-1], 1, high, wide, g.stride))
	}
	if compared < 3 {
		t.Errorf("only %d tensors of case %s were compared", compared, c.Name)
	}
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
