//go:build js && wasm

package main

import (
	"context"
	"errors"
	"math"

	"tcmoa/core"
)

// A GPU that nobody asked for by name has to show first that it computes what
// the CPU does: drivers have faults, and a wrong picture looks like a bad model.
// Both fuse a small fixed pair, once for each adapter and model; the outcome is
// kept beside the weights. The pair is two tiles, so that the kernels which lay
// tiles into one another are tried as well.

// What a GPU may differ by. One that rounds as the CPU does hardly at all; WebGPU
// allows others to round sums and quotients otherwise, after which some
// activations round to another int8, and a network that is undecided between two
// experts makes more of that (webgpu/doc.go). Activations in f16, which rounds far
// more, moved no value of this pair by more than a level in any of the shipped
// model's tasks, so this leaves room.
const (
	trialMost  = 64   // levels of 255, in any value
	trialShare = 0.02 // of the values, by more than two levels
)

var errTrial = errors.New("the GPU computes a test picture otherwise than the CPU, so that the CPU is used")

// try returns errTrial, or what went wrong, for a GPU that must not be trusted.
func (m *machine) try(ctx context.Context) error {
	known := m.store.verdict(m.gpu.Fingerprint())
	if known == unknown {
		ok, err := m.trial(ctx)
		if err != nil {
			return err
		}
		known = failed
		if ok {
			known = passed
		}
		m.store.remember(m.gpu.Fingerprint(), known)
	}
	if known == failed {
		return tileFailure{errTrial}
	}
	m.gpu.untried = false
	return nil
}

// trial computes the pair on both, and tells whether the results agree.
func (m *machine) trial(ctx context.Context) (bool, error) {
	reference, err := m.reload(ctx, newCPU(m.precision, m.breathe))
	if err != nil {
		return false, err
	}
	want, err := fuseTrial(ctx, reference, nil)
	if err != nil {
		return false, err
	}
	var got *core.RGBA
	err = catch(func() (err error) {
		got, err = fuseTrial(ctx, m.network, m.gpu.Lays)
		return err
	})
	if err != nil {
		return false, tileFailure{err}
	}
	most, beyond := 0, 0
	for i, v := range got.Pix {
		d := max(int(v)-int(want.Pix[i]), int(want.Pix[i])-int(v))
		most = max(most, d)
		if d > 2 {
			beyond++
		}
	}
	return most <= trialMost && float64(beyond) <= trialShare*float64(len(got.Pix)), nil
}

// trialWindows is how many windows the pair is wide, and one high: the fewest that two
// tiles have, if these are as small as they can be.
const trialWindows = 4

func fuseTrial(ctx context.Context, n *core.Network, lays func(width, rows int) bool) (*core.RGBA, error) {
	controls, err := core.TaskControls(n.Config, n.Config.Tasks[0])
	if err != nil {
		return nil, err
	}
	width, height := trialWindows*n.Config.Span(), n.Config.Span()
	out := core.NewRGBA(width, height)
	_, err = n.Fuse(ctx, core.Request{
		A: trialPicture(width, height, 0), B: trialPicture(width, height, 2), Controls: controls, Bound: 1, Lays: lays,
	}, out)
	return out, err
}

// trialPicture has broad waves and some texture, in other places for another
// phase.
func trialPicture(width, height int, phase float64) *core.RGBA {
	p := core.NewRGBA(width, height)
	for i := range width * height {
		x, y := float64(i%width), float64(i/width)
		for c := range 3 {
			p.Pix[4*i+c] = core.Byte(float32(0.5 + 0.3*math.Sin(x/17+phase+float64(c)) + 0.2*math.Cos(x*y/400-phase)))
		}
	}
	return p
}
