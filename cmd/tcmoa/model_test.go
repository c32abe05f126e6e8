package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"tcmoa/core"
	"tcmoa/quant"
)

// testConfig is a network of both stages with one mixture of adapters each, as
// small as they come.
var testConfig = core.Config{
	Name: "test", Patch: 8, Upsample: 1, Dim: 32, Depth: 2, Heads: 2,
	DecoderDim: 32, DecoderDepth: 2, DecoderHeads: 2, Window: 2, Shift: 1, MLPRatio: 2,
	Tau: 2, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
	PosEmbed: core.PosWindow, Head: core.HeadBlend,
}

// randomWeights is a quant.Source of the network with random weights.
type randomWeights struct {
	config core.Config
	random *rand.Rand
}

func (s randomWeights) Config() core.Config { return s.config }
func (s randomWeights) Close() error        { return nil }

func (s randomWeights) Tensors() []quant.Info {
	var infos []quant.Info
	for _, p := range s.config.Params() {
		infos = append(infos, quant.Info{Name: p.Name, Shape: p.Shape})
	}
	return infos
}

func (s randomWeights) Tensor(name string) (core.Tensor, error) {
	for _, p := range s.config.Params() {
		if p.Name != name {
			continue
		}
		n, err := core.Elements(p.Shape)
		if err != nil {
			return core.Tensor{}, err
		}
		t := core.Tensor{Shape: p.Shape, F32: make([]float32, n)}
		for i := range t.F32 {
			t.F32[i] = float32(s.random.NormFloat64()) * 0.1
		}
		return t, nil
	}
	return core.Tensor{}, os.ErrNotExist
}

// testModel writes a safetensors file of the test network.
func testModel(t *testing.T) string {
	t.Helper()
	return modelOf(t, testConfig)
}

func modelOf(t *testing.T, cfg core.Config) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test-f32.safetensors")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	src := randomWeights{cfg, rand.New(rand.NewPCG(1, 2))}
	if err := quant.WriteSafetensors(context.Background(), f, src, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindModel(t *testing.T) {
	t.Setenv(modelVariable, "")
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := findModel(""); err == nil {
		t.Error("a model was found in an empty folder")
	}
	shipped := filepath.Join("site", "model", "tiny")
	if err := os.MkdirAll(shipped, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(shipped, quant.ManifestFile), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ asked, variable, want string }{
		{"", "", shipped},
		{"", "from-environment", "from-environment"},
		{"asked", "from-environment", "asked"},
	} {
		t.Setenv(modelVariable, step.variable)
		if got, err := findModel(step.asked); got != step.want || err != nil {
			t.Errorf("%+v: %q, %v", step, got, err)
		}
	}
}
