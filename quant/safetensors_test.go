package quant

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tcmoa/core"
	"tcmoa/quant/safetensors"
)

// written is src as a safetensors file.
func written(t testing.TB, src Source) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSafetensors(context.Background(), &b, src, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(b []byte) (Source, error) {
	return NewSafetensors("small.safetensors", bytes.NewReader(b), int64(len(b)), nil)
}

func TestSafetensorsRoundTrip(t *testing.T) {
	float := randomSource(smallConfig())
	for _, src := range []Source{float, Quantised(float)} {
		path := filepath.Join(t.TempDir(), "small.safetensors")
		if err := os.WriteFile(path, written(t, src), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := OpenSafetensors(path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Config(), src.Config()) || !reflect.DeepEqual(got.Tensors(), src.Tensors()) {
			t.Errorf("config %+v with tensors %v, want %+v with %v", got.Config(), got.Tensors(), src.Config(), src.Tensors())
		}
		sameParams(t, load(t, got), load(t, src))
		if _, err := got.Tensor("x"); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("a tensor that is not there: %v", err)
		}
		if err := got.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestSafetensorsHalves reads a file of F16 and BF16.
func TestSafetensorsHalves(t *testing.T) {
	cfg := smallConfig()
	for dtype, one := range map[safetensors.DType][2]byte{safetensors.F16: {0x00, 0x3c}, safetensors.BF16: {0x80, 0x3f}} {
		var h safetensors.Header
		for _, p := range cfg.Params() {
			h.Add(p.Name, dtype, p.Shape...)
		}
		b, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, bytes.Repeat(one[:], int(h.DataSize())/2)...)
		// There is no config in it: it is found from the shapes, but for top_k.
		src, err := open(b)
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range load(t, src) {
			for i, v := range p.F32 {
				if v != 1 {
					t.Fatalf("%s: value %d of tensor %q is %v, want 1", dtype, i, name, v)
				}
			}
		}
	}
}

func TestSafetensorsRefuses(t *testing.T) {
	src := randomSource(smallConfig())
	whole := written(t, src)
	missing := randomSource(smallConfig())
	missing.remove("norm.bias")
	h, data := plain(t)
	h.Entries[1].Name = "extra"
	header, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what, fault string
		file        []byte
	}{
		{"a file cut short", "its header tells of", whole[:len(whole)-1]},
		{"an unknown tensor", `tensor "extra"`, append(header, data...)},
		{"nothing", "header length", nil},
	} {
		if _, err := open(c.file); err == nil || !strings.HasPrefix(err.Error(), "small.safetensors: ") || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: error is %v, want one with %q", c.what, err, c.fault)
		}
	}
	if err := WriteSafetensors(context.Background(), &bytes.Buffer{}, missing, nil); err == nil {
		t.Error("half a network is written")
	}
	if _, err := OpenSafetensors(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestInfer(t *testing.T) {
	blend := smallConfig()
	blend.Name, blend.TopK, blend.Tasks = "custom", 2, []string{"vif", "mef", "mff", "task3"}
	pixels := blend
	pixels.Head, pixels.LocalConv = core.HeadPixels, false
	pixels.Upsample, pixels.Tau, pixels.TauShift = 2, 4, 2
	pixels.PosEmbed, pixels.ShiftOneWindow = core.PosStretch, true
	pixels.Depth, pixels.DecoderDepth, pixels.MLPRatio = 12, 6, 4
	for _, want := range []core.Config{blend, pixels} {
		src := &noise{want}
		got, err := Infer(src.Tensors(), nil)
		if err != nil {
			t.Error(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestInferAdjusts(t *testing.T) {
	cfg := smallConfig()
	cfg.Tau, cfg.Depth, cfg.DecoderDepth = 3, 6, 6
	src := &noise{cfg}
	if _, err := Infer(src.Tensors(), nil); err == nil || !strings.Contains(err.Error(), "encoder has 2 mixtures of adapters, but tau 2") {
		t.Errorf("error is %v", err)
	}
	got, err := Infer(src.Tensors(), func(c *core.Config) { c.Tau, c.Name = 3, "mine" })
	if err != nil || got.Tau != 3 || got.Name != "mine" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestInferRefuses(t *testing.T) {
	for what, held := range map[string][]Info{
		"nothing":                nil,
		"a tensor of other rank": {{Name: "patch_embed.proj.weight", Shape: []int{1}}},
		"an absurd shape":        {{Name: "blocks_MoA.0.MoA.w_gate", Shape: []int{1 << 30, 1, 1 << 30}}},
	} {
		if _, err := Infer(held, nil); err == nil || !strings.Contains(err.Error(), "not those of a known network") {
			t.Errorf("%s: error is %v", what, err)
		}
	}
}
