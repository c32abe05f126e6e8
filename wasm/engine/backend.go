//go:build js && wasm

package main

import (
	"context"
	"fmt"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/webgpu"
)

// wish is what a user wants a model to run on.
type wish string

const (
	wishAuto wish = "auto" // the GPU, unless it is imitated by software
	wishGPU  wish = "gpu"  // even then
	wishCPU  wish = "cpu"
)

func readWish(msg *fields) (wish, error) {
	switch w := wish(msg.text("backend")); {
	case *msg.err != nil:
		return "", *msg.err
	case w == wishAuto || w == wishGPU || w == wishCPU:
		return w, nil
	default:
		return "", fmt.Errorf("the option backend must be %q, %q or %q, not %q", wishAuto, wishGPU, wishCPU, w)
	}
}

// precision is the arithmetic of the linear layers, on either backend.
type precision string

const (
	precisionInt8    precision = "int8"
	precisionFloat32 precision = "f32"
)

func readPrecision(msg *fields) (precision, error) {
	switch p := precision(msg.text("precision")); {
	case *msg.err != nil:
		return "", *msg.err
	case p == precisionInt8 || p == precisionFloat32:
		return p, nil
	default:
		return "", fmt.Errorf("the option precision must be %q or %q, not %q", precisionInt8, precisionFloat32, p)
	}
}

// newCPU is the backend that is always there. It computes in this Worker's
// thread, and breathes meanwhile.
func newCPU(p precision, breathe func()) core.Backend {
	o := cpu.Options{Precision: cpu.Int8, Workers: 1, Yield: breathe}
	if p == precisionFloat32 {
		o.Precision = cpu.Float32
	}
	return cpu.New(o)
}

// opener opens the GPU, or says in its error why it does not. It is nil where
// none is wanted.
type opener func(ctx context.Context) (*gpu, error)

// opener is how to open the GPU, as far as the wish goes.
func (w wish) opener(p precision) opener {
	if w == wishCPU {
		return nil
	}
	return func(ctx context.Context) (*gpu, error) { return openGPU(ctx, p, w) }
}

func openGPU(ctx context.Context, p precision, w wish) (*gpu, error) {
	o := webgpu.Options{Precision: webgpu.Int8, Hardware: w == wishAuto}
	if p == precisionFloat32 {
		o.Precision = webgpu.Float32
	}
	g := &gpu{precision: p, untried: w == wishAuto}
	err := catch(func() error {
		backend, err := webgpu.New(ctx, o)
		g.device = backend
		return err
	})
	if err != nil {
		return nil, err
	}
	return g, nil
}

// search is a GPU being opened.
type search struct {
	done chan struct{}
	gpu  *gpu  // nil where there is none, or none is wanted
	err  error // why there is none
}

func (open opener) search(ctx context.Context) *search {
	s := &search{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		if open != nil {
			s.gpu, s.err = open(ctx)
		}
	}()
	return s
}

// wait returns what was found, its kernels being compiled for a variant.
func (s *search) wait(c core.Config) (*gpu, error) {
	<-s.done
	if s.gpu != nil {
		if s.err = catch(func() error { return s.gpu.Prepare(c) }); s.err != nil {
			s.giveUp()
		}
	}
	return s.gpu, s.err
}

func (s *search) giveUp() {
	<-s.done
	if s.gpu != nil {
		s.gpu.Close()
		s.gpu = nil
	}
}
