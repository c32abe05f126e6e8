package cpu_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
	"tcmoa/quant/golden"
)

const goldenTolerance = 1e-4

func goldenDir() string { return golden.Folder(filepath.Join("testdata", "golden")) }

func load(t testing.TB, src quant.Source, opt cpu.Options) *core.Network {
	t.Helper()
	return golden.Load(t, src, cpu.New(opt))
}

func TestGolden(t *testing.T) {
	snapshot := func(_ core.Pass, z core.Activation) core.Activation { return slices.Clone(cpu.Values(z)) }
	for _, model := range golden.Models {
		cases, src := golden.Cases(t, goldenDir(), model), golden.Model(t, goldenDir(), model)
		for _, workers := range []int{1, 3} {
			net := load(t, src, cpu.Options{Precision: cpu.Float32, Workers: workers})
			for _, c := range cases {
				t.Run(fmt.Sprintf("%s/%s/workers=%d", model, c.Name, workers), func(t *testing.T) {
					c.Check(t, net, goldenTolerance, snapshot)
				})
			}
		}
	}
}
