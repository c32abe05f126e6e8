package quant

import (
	"fmt"

	"tcmoa/core"
)

// Infer finds the variant of a network from the names and shapes of its
// tensors. What these cannot tell (tau, tau_shift, upsample, top_k, pos_embed,
// shift, shift_single_window) is what the published networks have, those of the
// paper for a pixels head, tiny's for a blend head; adjust, which may be nil,
// can change it, or anything else, before the result is checked. A tau that
// gives another number of mixtures of adapters than the file has is an error.
func Infer(held []Info, adjust func(*core.Config)) (core.Config, error) {
	s := shapes{}
	for _, t := range held {
		s[t.Name] = t.Shape
	}
	cfg := s.published()
	patch := s.get("patch_embed.proj.weight", 4)
	cfg.Dim, cfg.Patch = patch[0], patch[3]
	cfg.Depth = s.count("blocks.%d.norm1.weight")
	cfg.MLPRatio = s.get("blocks.0.mlp.fc1.weight", 2)[0] / max(1, cfg.Dim)
	_, cfg.LocalConv = s["blocks.0.local.weight"]
	table := s.get("en_relative_position.0.relative_position_bias_table", 2)
	cfg.Window, cfg.Heads = windowOf(table[0]), table[1]
	cfg.Shift = cfg.Window / 2
	cfg.DecoderDim = s.get("decoder_embed.weight", 2)[0]
	cfg.DecoderDepth = s.count("decoder_blocks.%d.norm1.weight")
	cfg.DecoderHeads = s.get("de_relative_position.0.relative_position_bias_table", 2)[1]
	gate := s.get("blocks_MoA.0.MoA.w_gate", 3)
	if gate[0] == 0 {
		gate = s.get("decoder_blocks_MoA.0.MoA.w_gate", 3)
	}
	cfg.Tasks, cfg.Experts = taskNames(gate[0]), gate[2]
	cfg.Name = variantName(cfg)
	if adjust != nil {
		adjust(&cfg)
	}
	if err := cfg.Validate(); err != nil {
		return core.Config{}, fmt.Errorf("the tensors are not those of a known network: %w", err)
	}
	for _, stage := range []struct {
		what, pattern string
		moas          int
	}{
		{"encoder", "blocks_MoA.%d.norm1.weight", cfg.EncoderMoAs()},
		{"decoder", "decoder_blocks_MoA.%d.norm1.weight", cfg.DecoderMoAs()},
	} {
		if n := s.count(stage.pattern); n != stage.moas {
			return core.Config{}, fmt.Errorf("the %s has %d mixtures of adapters, but tau %d and tau_shift %d give %d",
				stage.what, n, cfg.Tau, cfg.TauShift, stage.moas)
		}
	}
	return cfg, nil
}

// shapes are the shapes of tensors by their names.
type shapes map[string][]int

// get returns the shape of a tensor, zeros if there is none of that rank:
// the config that comes of them is found to be invalid.
func (s shapes) get(name string, rank int) []int {
	if shape := s[name]; len(shape) == rank {
		return shape
	}
	return make([]int, rank)
}

// count is how many tensors there are of a numbered name, from 0 on.
func (s shapes) count(pattern string) int {
	for n := 0; ; n++ {
		if _, ok := s[fmt.Sprintf(pattern, n)]; !ok {
			return n
		}
	}
}

// published holds what the published networks have in common and shapes cannot
// tell.
func (s shapes) published() core.Config {
	if _, ok := s["head.weight"]; ok {
		c := core.Config{Head: core.HeadBlend, Upsample: 1, Tau: 2, TopK: 2, PosEmbed: core.PosWindow}
		if s.get("head.weight", 2)[0] == core.TwoScaleOutputs {
			c.Head = core.HeadTwoScale
		}
		return c
	}
	return core.Config{Head: core.HeadPixels, Upsample: 2, Tau: 4, TauShift: 2, TopK: 2,
		PosEmbed: core.PosStretch, ShiftOneWindow: true}
}

// windowOf returns the window side w of a bias table of (2w-1)² rows, 0 if
// there is none.
func windowOf(rows int) int {
	for w := 1; (2*w-1)*(2*w-1) <= rows; w++ {
		if (2*w-1)*(2*w-1) == rows {
			return w
		}
	}
	return 0
}

// maxTasks bounds the names made for a hostile shape; core.Config allows as many.
const maxTasks = 64

// taskNames names the n routers of a network, as the published ones are named.
func taskNames(n int) []string {
	tasks := []string{"vif", "mef", "mff"}
	for i := len(tasks); i < min(n, maxTasks); i++ {
		tasks = append(tasks, fmt.Sprintf("task%d", i))
	}
	return tasks[:min(n, maxTasks)]
}

// variantName is the published name of a variant, "custom" for others.
func variantName(cfg core.Config) string {
	switch [2]int{cfg.Dim, cfg.Depth} {
	case [2]int{192, 6}:
		return "tiny"
	case [2]int{768, 12}:
		return "base"
	case [2]int{1024, 24}:
		return "large"
	}
	return "custom"
}
