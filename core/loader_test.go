package core

import (
	"context"
	"strings"
	"testing"
)

// keeper is a backend that only takes weights.
type keeper struct{ loaded map[string][]int }

func (k *keeper) Name() string { return "keeper" }
func (k *keeper) Load(p Param, t Tensor) (Weight, error) {
	k.loaded[p.Name] = p.Shape
	return p.Name, nil
}
func (k *keeper) Begin(context.Context, Input) (Pass, error) { panic("no passes") }

func zeros(p Param) Tensor {
	n, _ := Elements(p.Shape)
	return Tensor{Shape: p.Shape, F32: make([]float32, n)}
}

func newLoader(t *testing.T) (*Loader, *keeper) {
	t.Helper()
	k := &keeper{map[string][]int{}}
	l, err := NewLoader(tiny(), k)
	if err != nil {
		t.Fatal(err)
	}
	return l, k
}

func TestLoader(t *testing.T) {
	l, k := newLoader(t)
	params := tiny().Params()
	for i := range params { // any order will do
		p := params[len(params)-1-i]
		if err := l.Add(p.Name, zeros(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Add("blocks_MoA.0.MoA.w_noise", Tensor{}); err != nil {
		t.Errorf("a tensor for training only: %v", err)
	}
	n, err := l.Network()
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range append(n.encoder.blocks, n.decoder.blocks...) {
		if b.attention.Table == nil || b.mlp.FC2.Bias == nil {
			t.Errorf("block %d lacks parameters", i)
		}
		if (b.mixture != nil) != (i%2 == 1) {
			t.Errorf("block %d: mixture %v", i, b.mixture)
		}
	}
	for name, shape := range k.loaded {
		if strings.HasSuffix(name, "experts.0.fc1.weight") && (len(shape) != 3 || shape[0] != 4) {
			t.Errorf("%s was loaded as %v, want all four experts at once", name, shape)
		}
	}
}

func TestLoaderErrors(t *testing.T) {
	params := tiny().Params()
	for _, tc := range []struct {
		want string
		add  func(l *Loader) error
	}{
		{"tensor nose is not part of", func(l *Loader) error { return l.Add("nose", Tensor{}) }},
		{"tensor patch_embed.proj.weight has shape [3], want [192 3 8 8]", func(l *Loader) error {
			return l.Add(params[0].Name, Tensor{Shape: []int{3}, F32: make([]float32, 3)})
		}},
		{"tensor patch_embed.proj.weight came twice", func(l *Loader) error {
			if err := l.Add(params[0].Name, zeros(params[0])); err != nil {
				return err
			}
			return l.Add(params[0].Name, zeros(params[0]))
		}},
		{"holds 1 float32", func(l *Loader) error {
			return l.Add(params[0].Name, Tensor{Shape: params[0].Shape, F32: make([]float32, 1)})
		}},
		{"tensors are missing, patch_embed.proj.weight first", func(l *Loader) error {
			_, err := l.Network()
			return err
		}},
		{"tensors are missing: [norm.weight]", func(l *Loader) error {
			for _, p := range params {
				if p.Name != "norm.weight" && !p.Optional {
					if err := l.Add(p.Name, zeros(p)); err != nil {
						return err
					}
				}
			}
			_, err := l.Network()
			return err
		}},
	} {
		l, _ := newLoader(t)
		if err := tc.add(l); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("want an error with %q, got %v", tc.want, err)
		}
	}
}
