// Package golden holds backends against the outputs of the reference
// implementation (PyTorch, float32) on networks of random weights. The files are
// made by core/cpu/testdata/golden/make.py, which says what they hold.
package golden

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"tcmoa/core"
	"tcmoa/quant"
	"tcmoa/quant/safetensors"
)

// Models are the names of the networks that there are files of.
var Models = []string{"blend", "official", "twoscale"}

// Folder is where the golden files are: TCMOA_GOLDEN, which may be a larger set
// than the repository's, or else the folder that the test knows.
func Folder(known string) string {
	if dir := os.Getenv("TCMOA_GOLDEN"); dir != "" {
		return dir
	}
	return known
}

// Model opens the weights of a network.
func Model(t testing.TB, folder, name string) quant.Source {
	t.Helper()
	src, err := quant.OpenSafetensors(filepath.Join(folder, name+".safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// Load builds a network from weights on a backend.
func Load(t testing.TB, src quant.Source, b core.Backend) *core.Network {
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

// Case is an input of the reference, and how it was steered.
type Case struct {
	Name          string
	Height, Width int
	Task          int
	Controls      struct {
		Alpha, Beta *float32
		Router      []float32
		Experts     []int
	}
	file *file
}

// file holds the inputs and outputs of a model's cases.
type file struct {
	*safetensors.File
	stride int // of the output pixels that it keeps
}

// Cases opens a model's cases.
func Cases(t testing.TB, folder, model string) []Case {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, model+"_cases.safetensors"))
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
	var cases []Case
	if err := json.Unmarshal([]byte(st.Header.Metadata["cases"]), &cases); err != nil {
		t.Fatal(err)
	}
	stride, err := strconv.Atoi(st.Header.Metadata["stride"])
	if err != nil {
		t.Fatal(err)
	}
	for i := range cases {
		cases[i].file = &file{st, stride}
	}
	return cases
}

// tensor returns a tensor's values, nil where the file has none of that name.
func (f *file) tensor(t *testing.T, name string) []float32 {
	t.Helper()
	for _, e := range f.Header.Entries {
		if e.Name == name {
			raw, err := f.Read(e)
			if err != nil {
				t.Fatal(err)
			}
			return e.DType.Floats(raw)
		}
	}
	return nil
}

func (c *Case) controls(t *testing.T, cfg core.Config) core.Controls {
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
	if err := controls.Validate(cfg); err != nil {
		t.Fatal(err)
	}
	return controls
}

// source is a picture given as normalised planar values, as the reference takes
// it.
type source struct {
	width, height int
	values        []float32
}

func (p source) Size() (int, int) { return p.width, p.height }

func (p source) ReadRow(rgb []float32, y, x0, x1 int) {
	mean, std := [3]float32{0.485, 0.456, 0.406}, [3]float32{0.229, 0.224, 0.225}
	for x := x0; x < x1; x++ {
		for c := range 3 {
			rgb[3*(x-x0)+c] = p.values[(c*p.height+y)*p.width+x]*std[c] + mean[c]
		}
	}
}
