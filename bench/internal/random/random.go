// Package random makes networks and pictures to be timed. Time depends on what is in
// them in one place only: how int8 weights pair (core/cpu/kernel), in which weights
// that are normally distributed are like trained ones. All are the same in every run.
package random

import (
	"math/rand/v2"

	"tcmoa/core"
	"tcmoa/quant"
)

// Network is one with random weights on a backend; int8 quantises the matrices
// that run in int8.
func Network(c core.Config, b core.Backend, int8 bool) (*core.Network, error) {
	l, err := core.NewLoader(c, b)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range c.Params() {
		n, err := core.Elements(p.Shape)
		if err != nil {
			return nil, err
		}
		t := core.Tensor{Shape: p.Shape, F32: make([]float32, n)}
		for i := range t.F32 {
			t.F32[i] = float32(rng.NormFloat64()) * 0.05
		}
		if p.Int8 && int8 {
			if t, err = quant.Quantise(t); err != nil {
				return nil, err
			}
		}
		if err := l.Add(p.Name, t); err != nil {
			return nil, err
		}
	}
	return l.Network()
}

// Picture is a square of noise, another one for every seed.
func Picture(side int, seed uint64) *core.RGBA {
	p := core.NewRGBA(side, side)
	rng := rand.New(rand.NewPCG(seed, 4))
	for i := range p.Pix {
		p.Pix[i] = uint8(rng.Uint32())
	}
	return p
}
