package quant

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tcmoa/core"
)

// smallConfig is about the smallest network that has every kind of parameter.
func smallConfig() core.Config {
	return core.Config{
		Name: "small", Patch: 2, Upsample: 1,
		Dim: 32, Depth: 2, Heads: 2, DecoderDim: 32, DecoderDepth: 2, DecoderHeads: 1,
		Window: 2, Shift: 1, MLPRatio: 1, Tau: 2, Experts: 2, TopK: 1, Tasks: []string{"vif", "mef"},
		PosEmbed: core.PosWindow, LocalConv: true, Head: core.HeadBlend,
	}
}

// memory is a Source for tests.
type memory struct {
	config core.Config
	infos  []Info
	params map[string]core.Tensor
}

// randomSource is a network of normally distributed parameters.
func randomSource(cfg core.Config) *memory {
	m := &memory{config: cfg, params: map[string]core.Tensor{}}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range cfg.Params() {
		n, _ := core.Elements(p.Shape)
		values := make([]float32, n)
		for i := range values {
			values[i] = float32(rng.NormFloat64())
		}
		m.add(p.Name, values, p.Shape...)
	}
	return m
}

func (m *memory) add(name string, values []float32, shape ...int) {
	m.infos = append(m.infos, Info{Name: name, Shape: shape})
	m.params[name] = core.Tensor{Shape: shape, F32: values}
}

func (m *memory) remove(name string) {
	m.infos = slices.DeleteFunc(m.infos, func(t Info) bool { return t.Name == name })
}

func (m *memory) Config() core.Config { return m.config }
func (m *memory) Tensors() []Info     { return slices.Clone(m.infos) }
func (m *memory) Close() error        { return nil }

func (m *memory) Tensor(name string) (core.Tensor, error) {
	t, ok := m.params[name]
	if !ok {
		return core.Tensor{}, fmt.Errorf("no tensor %q", name)
	}
	return t, nil
}

func load(t testing.TB, src Source) map[string]core.Tensor {
	t.Helper()
	params, err := Load(context.Background(), src, nil)
	if err != nil {
		t.Fatal(err)
	}
	return params
}

func TestCheck(t *testing.T) {
	change := func(f func(m *memory)) error {
		m := randomSource(smallConfig())
		f(m)
		return Check(m)
	}
	for _, c := range []struct {
		what, fault string // no fault: it is accepted
		change      func(m *memory)
	}{
		{"the network", "", func(m *memory) {}},
		{"no modal_shifts", "", func(m *memory) { m.remove("blocks_MoA.0.modal_shifts") }},
		{"unused tensors", "", func(m *memory) {
			m.add("pos_embed", nil, 1, 5, 32)
			m.add("en_relative_position.0.relative_position_index", nil, 4, 4)
		}},
		{"a missing tensor", `tensor "norm.bias" is missing, want shape [32]`, func(m *memory) { m.remove("norm.bias") }},
		{"another shape", `tensor "norm.bias" has shape [1 32], want [32]`, func(m *memory) {
			m.remove("norm.bias")
			m.add("norm.bias", make([]float32, 32), 1, 32)
		}},
		{"an unknown tensor", `tensor "extra" of shape [1] is unknown`, func(m *memory) { m.add("extra", nil, 1) }},
		{"int8 where the network computes in float", `tensor "norm.bias" is int8`, func(m *memory) {
			i := slices.IndexFunc(m.infos, func(t Info) bool { return t.Name == "norm.bias" })
			m.infos[i].Int8 = true
		}},
		{"an impossible config", "config: window is 0", func(m *memory) { m.config.Window = 0 }},
		{"nothing", "and ", func(m *memory) { m.infos = nil }},
	} {
		err := change(c.change)
		if c.fault == "" && err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
			t.Errorf("%s: error is %v, want one with %q", c.what, err, c.fault)
		}
	}
}

func TestEachFollowsTheNetwork(t *testing.T) {
	src := randomSource(smallConfig())
	var want []string
	for _, p := range src.config.Params() {
		want = append(want, p.Name)
	}
	slices.Reverse(src.infos) // a source's own order does not matter
	src.add("cls_token", nil, 1, 1, 32)
	var got []string
	var told []int64
	progress := func(done, total int64) {
		if total != int64(len(want)) {
			t.Errorf("total is %d, want %d", total, len(want))
		}
		told = append(told, done)
	}
	err := Each(context.Background(), src, progress, func(name string, _ core.Tensor) error {
		got = append(got, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !slices.IsSorted(told) || len(told) != len(want) || told[len(told)-1] != int64(len(want)) {
		t.Errorf("progress is %v", told)
	}
}

func TestEachStops(t *testing.T) {
	src := randomSource(smallConfig())
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	err := Each(ctx, src, nil, func(string, core.Tensor) error {
		calls++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%d calls and error %v after cancelling in the first", calls, err)
	}
	fault := errors.New("full")
	if err := Each(context.Background(), src, nil, func(string, core.Tensor) error { return fault }); err != fault {
		t.Errorf("error is %v, want the visitor's", err)
	}
}
