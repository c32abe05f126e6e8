//go:build js && wasm

package webgpu

import (
	"context"
	"image"
	"path/filepath"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
)

// After every part of the shipped network, the streams are those of the CPU, bit
// by bit: where this fails, the part that it names is to be looked at.
func TestStagesEqualCPU(t *testing.T) {
	src, err := quant.OpenModel(filepath.Join("..", "site", "model", "tiny"))
	if err != nil {
		t.Skip("there is no shipped model: ", err)
	}
	defer src.Close()
	samples := filepath.Join("..", "site", "samples", "mef-dog-")
	in := core.Input{
		A: picture(t, samples+"a.jpg", false), B: picture(t, samples+"b.jpg", false),
		Tile: image.Rect(0, 0, 112, 112), Config: src.Config(),
	}
	controls, err := core.TaskControls(in.Config, "mef")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var want [][]float32
	reference := load(t, src, cpu.New(cpu.Options{Precision: cpu.Int8}))
	pass, err := reference.Backend.Begin(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	reference.Forward(pass, in, controls, nil, func(s core.Step, z core.Activation) {
		names, want = append(names, s.Name), append(want, append([]float32(nil), cpu.Values(z)...))
	})

	net := load(t, src, open(t, Options{}))
	if pass, err = net.Backend.Begin(context.Background(), in); err != nil {
		t.Fatal(err)
	}
	var kept []core.Activation
	out := net.Forward(pass, in, controls, nil, func(_ core.Step, z core.Activation) { kept = append(kept, keep(pass, z)) })
	_, got, err := pass.Finish(out.Pixels, kept...)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		differ, worst := 0, float32(0)
		for j, v := range got[i] {
			if v != want[i][j] {
				differ++
				worst = max(worst, abs(v-want[i][j]))
			}
		}
		if differ > 0 {
			t.Errorf("%s: %d of %d values differ, by up to %g", name, differ, len(got[i]), worst)
		}
	}
}
