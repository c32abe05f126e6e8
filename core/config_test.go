package core

import (
	"strings"
	"testing"
)

// tiny is the shipped variant.
func tiny() Config {
	return Config{
		Name: "tiny", Patch: 8, Upsample: 1, Dim: 192, Depth: 6, Heads: 3,
		DecoderDim: 192, DecoderDepth: 2, DecoderHeads: 3, Window: 14, Shift: 7, MLPRatio: 4,
		Tau: 2, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: PosWindow, Head: HeadBlend,
	}
}

// base is the paper's smaller variant.
func base() Config {
	c := tiny()
	c.Name, c.Patch, c.Upsample = "base", 16, 2
	c.Dim, c.Depth, c.Heads = 768, 12, 12
	c.DecoderDim, c.DecoderDepth, c.DecoderHeads = 512, 8, 16
	c.Tau, c.TauShift = 4, 2
	c.PosEmbed, c.ShiftOneWindow, c.Head = PosStretch, true, HeadPixels
	return c
}

func TestConfigValid(t *testing.T) {
	for _, c := range []Config{tiny(), base()} {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if got := c.Span(); got != 112 {
			t.Errorf("%s: a window is %d pixels, want 112", c.Name, got)
		}
	}
}

func TestConfigInvalid(t *testing.T) {
	for _, tc := range []struct {
		want   string // part of the message
		change func(c *Config)
	}{
		{"dim is 0", func(c *Config) { c.Dim = 0 }},
		{"dim is 1073741824", func(c *Config) { c.Dim = 1 << 30 }},
		{"multiple of 32", func(c *Config) { c.Dim = 200 }},
		{"not divisible by 5 heads", func(c *Config) { c.Heads = 5 }},
		{"top_k 5", func(c *Config) { c.TopK = 5 }},
		{"wider than 16384", func(c *Config) { c.Dim, c.MLPRatio = 4032, 8 }},
		{"shift 14", func(c *Config) { c.Shift = 14 }},
		{"tasks is 0", func(c *Config) { c.Tasks = nil }},
		{"twice", func(c *Config) { c.Tasks = []string{"vif", "vif"} }},
		{`pos_embed is "round"`, func(c *Config) { c.PosEmbed = "round" }},
		{`head is ""`, func(c *Config) { c.Head = "" }},
		{"own size", func(c *Config) { c.Upsample = 2 }},
		{"without a mixture", func(c *Config) { c.Tau = 8 }},
	} {
		c := tiny()
		tc.change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("want an error with %q, got %v", tc.want, err)
		}
	}
}

func TestMoAAfter(t *testing.T) {
	for _, tc := range []struct {
		c    Config
		want []int // blocks followed by a MoA
	}{
		{tiny(), []int{1, 3, 5}},
		{base(), []int{1, 5, 9}},
	} {
		var got []int
		for i := range tc.c.Depth {
			if j, ok := tc.c.MoAAfter(i); ok {
				if j != len(got) {
					t.Errorf("%s: the MoA after block %d is number %d, want %d", tc.c.Name, i, j, len(got))
				}
				got = append(got, i)
			}
		}
		if len(got) != len(tc.want) || got[0] != tc.want[0] || got[2] != tc.want[2] {
			t.Errorf("%s: MoAs follow blocks %v, want %v", tc.c.Name, got, tc.want)
		}
		if n := tc.c.EncoderMoAs(); n != len(tc.want) {
			t.Errorf("%s: %d encoder MoAs, want %d", tc.c.Name, n, len(tc.want))
		}
	}
}

func TestParamsAreUnique(t *testing.T) {
	for _, c := range []Config{tiny(), base()} {
		seen := map[string]bool{}
		for _, p := range c.Params() {
			if seen[p.Name] {
				t.Errorf("%s: %s is listed twice", c.Name, p.Name)
			}
			seen[p.Name] = true
			if Unused(p.Name) {
				t.Errorf("%s: %s is both needed and unused", c.Name, p.Name)
			}
			if p.Int8 && len(p.Shape) != 2 {
				t.Errorf("%s: %s of shape %v can't be an int8 matrix", c.Name, p.Name, p.Shape)
			}
		}
	}
}
