//go:build js && wasm

package main

import (
	"reflect"
	"strings"
	"testing"

	"tcmoa/core"
)

// config has what controls refer to: three tasks, four experts, two mixtures
// of adapters.
func config() core.Config {
	return core.Config{
		Name: "test", Patch: 8, Upsample: 1, Dim: 32, Depth: 1, Heads: 1, DecoderDim: 32, DecoderDepth: 1, DecoderHeads: 1,
		Window: 14, MLPRatio: 1, Tau: 1, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: core.PosWindow, Head: core.HeadBlend,
	}
}

func TestReadControls(t *testing.T) {
	cfg := config()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		members map[string]any
		want    core.Controls
	}{
		"task":      {map[string]any{"task": "mef"}, core.Controls{Router: []float32{0, 1, 0}}},
		"no change": {map[string]any{"task": "mef", "alpha": 1, "beta": 0}, core.Controls{Router: []float32{0, 1, 0}}},
		"mix":       {map[string]any{"task": "mef", "router": map[string]any{"vif": 0.25, "mff": 0.75}}, core.Controls{Router: []float32{0.25, 0, 0.75}}},
		"prompt": {
			map[string]any{"task": "vif", "beta": 0.5},
			core.Controls{Router: []float32{1, 0, 0}, Prompts: []core.Prompt{{Alpha: 1, Beta: 0.5}, {Alpha: 1, Beta: 0.5}}},
		},
		"prompts": {
			map[string]any{"task": "vif", "alpha": 2, "prompts": []any{map[string]any{"beta": 0.5}, map[string]any{"alpha": 0}}},
			core.Controls{Router: []float32{1, 0, 0}, Prompts: []core.Prompt{{Alpha: 2, Beta: 0.5}, {Alpha: 0}}},
		},
		"experts": {
			map[string]any{"task": "vif", "experts": []any{true, false, true, true}},
			core.Controls{Router: []float32{1, 0, 0}, Experts: []bool{true, false, true, true}},
		},
	} {
		got, err := readControls(object(tc.members), cfg)
		if err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, tc.want)
		}
		if err := got.Validate(cfg); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadControlsFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		members map[string]any
		want    string
	}{
		"none":         {nil, "the option task must be a text"},
		"task":         {map[string]any{"task": "abc"}, `unknown task "abc"`},
		"router":       {map[string]any{"task": "mef", "router": 1}, "the option router must be an object"},
		"router task":  {map[string]any{"task": "mef", "router": map[string]any{"abc": 1}}, `unknown task "abc"`},
		"router share": {map[string]any{"task": "mef", "router": map[string]any{"mef": "1"}}, "the option router.mef must be a finite number"},
		"experts":      {map[string]any{"task": "mef", "experts": []any{1}}, "the option experts[0] must be true or false"},
		"prompts":      {map[string]any{"task": "mef", "prompts": []any{map[string]any{"alpha": "x"}}}, "the option prompts[0].alpha must be a finite number"},
	} {
		if _, err := readControls(object(tc.members), config()); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}

// Lists of any wrong length are refused, empty ones too.
func TestControlsOfWrongLength(t *testing.T) {
	cfg := config()
	for name, want := range map[string]string{"prompts": "prompts has 0 entries", "experts": "experts has 0 switches"} {
		c, err := readControls(object(map[string]any{"task": "mef", "alpha": 2, name: []any{}}), cfg)
		if err == nil {
			err = c.Validate(cfg)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func TestReadRegion(t *testing.T) {
	f := object(map[string]any{"width": 2, "height": 1, "beta": floats(0.5, -0.5)})
	want := &core.Region{Width: 2, Height: 1, Beta: []float32{0.5, -0.5}}
	if got := readRegion(f); *f.err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, *f.err)
	}
}
