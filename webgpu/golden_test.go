//go:build js && wasm

package webgpu

import (
	"context"
	"path/filepath"
	"testing"

	"tcmoa/core"
	"tcmoa/quant"
	"tcmoa/quant/golden"
)

// goldenTolerance is ten times the CPU's: products may be rounded only after
// they were added, on a GPU.
const goldenTolerance = 1e-3

// goldenDir is where the CPU backend's golden files are.
func goldenDir() string {
	return golden.Folder(filepath.Join("..", "core", "cpu", "testdata", "golden"))
}

// open returns a backend that the test closes.
func open(t testing.TB, opt Options) *Backend {
	t.Helper()
	b, err := New(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func load(t testing.TB, src quant.Source, b core.Backend) *core.Network {
	t.Helper()
	return golden.Load(t, src, b)
}

func model(t testing.TB, name string) quant.Source {
	t.Helper()
	return golden.Model(t, goldenDir(), name)
}

func TestGolden(t *testing.T) {
	for _, name := range golden.Models {
		net := load(t, model(t, name), open(t, Options{Precision: Float32}))
		for _, c := range golden.Cases(t, goldenDir(), name) {
			t.Run(name+"/"+c.Name, func(t *testing.T) { c.Check(t, net, goldenTolerance, keep) })
		}
	}
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
