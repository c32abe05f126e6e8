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
// kept beside the weights.

// What a GPU may differ by. One that rounds as the CPU does not at all; WebGPU
// allows others to round sums and quotients otherwise, after which some
// activations round to another int8 (webgpu/doc.go). With activations in f16,
// which rounds far more, the shipped model's tasks came to 1, 3 and 30 levels on
// this pair, and to 0.8 % of the values at most.
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
	want, err := fuseTrial(ctx, reference)
	if err != nil {
		return false, err
	}
	var got *core.RGBA
	err = catch(func() (err error) {
		got, err = fuseTrial(ctx, m.network)
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

func fuseTrial(ctx context.Context, n *core.Network) (*core.RGBA, error) {
	controls, err := core.TaskControls(n.Config, n.Config.Tasks[0])
	if err != nil {
		return nil, err
	}
	side := n.Config.Span()
	out := core.NewRGBA(side, side)
	_, err = n.Fuse(ctx, core.Request{A: trialPicture(side, 0), B: trialPicture(side, 2), Controls: controls}, out)
	return out, err
}

// trialPicture has broad waves and some texture, in other places for another
// phase.
func trialPicture(side int, phase float64) *core.RGBA {
	p := core.NewRGBA(side, side)
	for i := range side * side {
		x, y := float64(i%side), float64(i/side)
		for c := range 3 {
			p.Pix[4*i+c] = core.Byte(float32(0.5 + 0.3*math.Sin(x/17+phase+float64(c)) + 0.2*math.Cos(x*y/400-phase)))
		}
	}
	return p
}
