//go:build js && wasm

package webgpu

import (
	"context"
	"fmt"
	"strings"
	"syscall/js"
	"testing"

	"tcmoa/core"
)

// allOffers are the combinations of what kernels may find, limited to what the
// adapter under test has.
func allOffers(has Offer) []Offer {
	var all []Offer
	for i := range 8 {
		o := Offer{DP4A: i&1 == 0, Subgroups: i&2 == 0, F16: i&4 == 0, WorkgroupMemory: has.WorkgroupMemory}
		if (o.DP4A && !has.DP4A) || (o.Subgroups && !has.Subgroups) || (o.F16 && !has.F16) {
			continue
		}
		all = append(all, o)
	}
	return all
}

// published are the variants of the network that the kernels must serve.
var published = []core.Config{
	{Name: "tiny", Patch: 8, Upsample: 1, Dim: 192, Depth: 6, Heads: 3, DecoderDim: 192, DecoderDepth: 2, DecoderHeads: 3,
		Window: 14, Shift: 7, MLPRatio: 4, Tau: 2, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: core.PosWindow, LocalConv: true, Head: core.HeadTwoScale},
	{Name: "base", Patch: 16, Upsample: 2, Dim: 768, Depth: 12, Heads: 12, DecoderDim: 512, DecoderDepth: 8, DecoderHeads: 16,
		Window: 14, Shift: 7, MLPRatio: 4, Tau: 4, TauShift: 2, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: core.PosStretch, ShiftOneWindow: true, Head: core.HeadPixels},
	{Name: "large", Patch: 16, Upsample: 2, Dim: 1024, Depth: 24, Heads: 16, DecoderDim: 512, DecoderDepth: 8, DecoderHeads: 16,
		Window: 14, Shift: 7, MLPRatio: 4, Tau: 4, TauShift: 2, Experts: 4, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: core.PosStretch, ShiftOneWindow: true, Head: core.HeadPixels},
}

// Every kernel that a published network can ask for, in every variant, must
// compile: a slip in a rarely taken line is found here.
func TestEveryVariantCompiles(t *testing.T) {
	for _, memory := range []int{16 << 10, 32 << 10} {
		t.Run(fmt.Sprintf("%dKiB", memory>>10), func(t *testing.T) {
			// The device enforces what is asked of it.
			compileAll(t, open(t, Options{F16: true, WorkgroupMemory: memory}))
		})
	}
}

func compileAll(t *testing.T, b *Backend) {
	kernels := map[kernel]bool{}
	for _, precision := range []Precision{Int8, Float32} {
		for _, o := range allOffers(b.dev.offer) {
			b.opt.Precision = precision
			b.dev.offer = o.less(b.opt)
			for _, c := range published {
				dry := &Backend{opt: b.opt, dev: b.dev, pipelines: pipelines{dev: b.dev, byName: map[kernel]*pipeline{}, dry: true}}
				if err := dry.Prepare(c); err != nil {
					t.Fatal(err)
				}
				for k := range dry.pipelines.byName {
					kernels[k] = true
					if k.name == "mixture" {
						k.flags |= flagRegion
						kernels[k] = true
					}
					if k.flags&flagShifted != 0 {
						k.flags &^= flagShifted
						kernels[k] = true
					}
				}
			}
		}
	}
	t.Logf("%d kernels", len(kernels))
	for k := range kernels {
		text, err := k.source()
		if err != nil {
			t.Errorf("%v: %v", k, err)
			continue
		}
		var module js.Value
		_ = b.dev.scoped(context.Background(), "validation", ErrFault, func() {
			module = b.dev.value.Call("createShaderModule", map[string]any{"code": text})
		})
		info, err := follow(module.Call("getCompilationInfo")).wait(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		messages := info.Get("messages")
		for i := range messages.Length() {
			m := messages.Index(i)
			line := ""
			if n := m.Get("lineNum").Int(); n > 0 {
				line = strings.Split(text, "\n")[n-1]
			}
			t.Errorf("%v: line %d: %s\n%s", k, m.Get("lineNum").Int(), m.Get("message").String(), line)
		}
		if messages.Length() > 0 {
			continue
		}
		err = b.dev.scoped(context.Background(), "validation", ErrFault, func() {
			b.dev.value.Call("createComputePipeline", map[string]any{
				"layout": "auto", "compute": map[string]any{"module": module, "entryPoint": "main"},
			})
		})
		if err != nil {
			t.Errorf("%v: %v", k, err)
		}
	}
}
