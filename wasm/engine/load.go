//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
)

// load brings in a model: from a folder on the web, or from the manifest and
// the weight file that an earlier load answered with, so that a further Worker
// needs no second download.
func (e *engine) load(ctx context.Context, msg *fields, progress func(map[string]any)) (payload, error) {
	precision, err := readPrecision(msg)
	if err != nil {
		return payload{}, err
	}
	src, err := openModel(ctx, msg)
	if err != nil {
		return payload{}, err
	}
	l, err := newModelLoader(src, e.newBackend(precision), progress)
	if err != nil {
		return payload{}, err
	}
	network, err := l.load(ctx)
	if err != nil {
		return payload{}, err
	}
	e.network = network
	e.pool = newPool(network, map[string]any{
		"manifest": src.text, "weights": l.weights, "precision": msg.text("precision"),
	})
	return payload{members: map[string]any{
		"info": infoMembers(src.manifest), "manifest": src.text, "weights": l.weights,
	}}, nil
}

func readPrecision(msg *fields) (cpu.Precision, error) {
	switch text := msg.text("precision"); {
	case *msg.err != nil:
		return 0, *msg.err
	case text == cpu.Int8.String():
		return cpu.Int8, nil
	case text == cpu.Float32.String():
		return cpu.Float32, nil
	default:
		return 0, fmt.Errorf("the option precision must be %q or %q, not %q", cpu.Int8, cpu.Float32, text)
	}
}

// newBackend chooses what computes.
func (e *engine) newBackend(p cpu.Precision) core.Backend {
	return cpu.New(cpu.Options{Precision: p, Workers: 1, Yield: e.breather.breathe})
}

// modelSource is a model before its weights are read.
type modelSource struct {
	place    string // for errors
	text     string // the manifest as it came
	manifest quant.Manifest
	open     func(ctx context.Context) (*body, error) // the weight file
}

func openModel(ctx context.Context, msg *fields) (*modelSource, error) {
	s := &modelSource{place: "the page's memory"}
	if msg.has("manifest") {
		s.text = msg.text("manifest")
		weights := msg.object("weights").v
		s.open = func(context.Context) (*body, error) { return newBody(weights.Call("stream")), nil }
	} else {
		s.place = msg.text("url")
		if *msg.err != nil {
			return nil, *msg.err
		}
		text, err := fetchText(ctx, s.place+quant.ManifestFile, quant.MaxManifest)
		if err != nil {
			return nil, err
		}
		s.text = text
		s.open = func(ctx context.Context) (*body, error) { return fetch(ctx, s.place+s.manifest.File) }
	}
	if *msg.err != nil {
		return nil, *msg.err
	}
	var err error
	if s.manifest, err = quant.ParseManifest([]byte(s.text)); err != nil {
		return nil, s.damaged(err)
	}
	return s, nil
}

func (s *modelSource) damaged(err error) error {
	return fmt.Errorf("the model from %s is damaged: %w", s.place, err)
}

// modelLoader streams a model's weights into a network.
type modelLoader struct {
	src      *modelSource
	stream   *quant.Stream
	loader   *core.Loader
	weights  js.Value // a Blob of the weight file: the browser may keep it on disk
	tensors  int
	total    int
	arrived  int64
	throttle throttle
	post     func(map[string]any)
}

func newModelLoader(src *modelSource, b core.Backend, post func(map[string]any)) (*modelLoader, error) {
	l := &modelLoader{src: src, total: len(src.manifest.Variant.Params()), post: post}
	var err error
	if l.loader, err = core.NewLoader(src.manifest.Variant, b); err != nil {
		return nil, src.damaged(err)
	}
	l.stream, err = quant.NewStream(src.manifest, func(name string, t core.Tensor) error {
		l.tensors++
		return l.loader.Add(name, t)
	})
	return l, err
}

func (l *modelLoader) load(ctx context.Context) (*core.Network, error) {
	b, err := l.src.open(ctx)
	if err != nil {
		return nil, err
	}
	chunks := js.Global().Get("Array").New()
	for {
		chunk, err := b.read(ctx)
		if errors.Is(err, errEnd) {
			break
		} else if err != nil {
			return nil, err
		}
		chunks.Call("push", chunk.array)
		if _, err := l.stream.Write(chunk.bytes); err != nil {
			b.cancel()
			return nil, l.src.damaged(err)
		}
		l.arrived += int64(len(chunk.bytes))
		if l.throttle.open(time.Now()) {
			l.report()
		}
	}
	if err := l.stream.Close(); err != nil {
		return nil, l.src.damaged(err)
	}
	network, err := l.loader.Network()
	if err != nil {
		return nil, l.src.damaged(err)
	}
	l.total = l.tensors // less than foreseen where optional ones are absent
	l.report()
	l.weights = js.Global().Get("Blob").New(chunks)
	return network, nil
}

func (l *modelLoader) report() {
	l.post(map[string]any{
		"bytes": l.arrived, "totalBytes": l.src.manifest.Size, "tensors": l.tensors, "totalTensors": l.total,
	})
}

// infoMembers is the ModelInfo of site/tcmoa.d.ts.
func infoMembers(m quant.Manifest) map[string]any {
	c := m.Variant
	tasks := make([]any, len(c.Tasks))
	for i, t := range c.Tasks {
		tasks[i] = t
	}
	return map[string]any{
		"name": m.Name, "licence": m.Licence, "origin": m.Origin, "tasks": tasks,
		"moas": c.MoAs(), "encoderMoas": c.EncoderMoAs(), "experts": c.Experts, "topK": c.TopK, "cell": c.Cell(),
	}
}
