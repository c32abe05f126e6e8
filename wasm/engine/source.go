//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"tcmoa/quant"
)

// modelSource is a model before its weights are read.
type modelSource struct {
	place    string // for errors
	text     string // the manifest as it came
	manifest quant.Manifest
	store    *store // nil for a model that is in the page's memory
	// open gives the bytes of the weight file from from on, to to at least.
	open func(ctx context.Context, from, to int64) (*body, error)
}

func openModel(ctx context.Context, msg *fields) (*modelSource, error) {
	s := &modelSource{}
	if msg.has("manifest") {
		s.text = msg.text("manifest")
		s = s.kept(msg.object("weights").v)
	} else {
		s.place = msg.text("url")
		if *msg.err != nil {
			return nil, *msg.err
		}
		s.store = openStore(s.place)
		var err error
		if s.text, err = s.askForManifest(ctx); err != nil {
			return nil, err
		}
		cache := bypass
		if s.store == nil {
			cache = revalidate
		}
		s.open = func(ctx context.Context, from, to int64) (*body, error) {
			return fetchPart(ctx, s.place+s.manifest.File, cache, from, to, s.manifest.Size)
		}
	}
	if *msg.err != nil {
		return nil, *msg.err
	}
	var err error
	if s.manifest, err = quant.ParseManifest([]byte(s.text)); err != nil {
		return nil, s.damaged(err)
	}
	s.store.use(s.manifest)
	return s, nil
}

// kept is the same model with its weight file in the page's memory.
func (s *modelSource) kept(weights js.Value) *modelSource {
	return &modelSource{
		place: "the page's memory", text: s.text, manifest: s.manifest,
		open: func(_ context.Context, from, to int64) (*body, error) {
			return newBody(weights.Call("slice", from, to).Call("stream")), nil
		},
	}
}

// patience is how long a server may think about a manifest that is stored as
// well: a network that is there and does not work is no reason to wait.
const patience = 5 * time.Second

// askForManifest asks the server, which may have another model by now. Where it
// cannot be reached, the manifest that is stored stands in.
func (s *modelSource) askForManifest(ctx context.Context) (string, error) {
	stored := s.store.manifest()
	asking := ctx
	if stored != "" {
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		asking = limited
	}
	text, err := fetchText(asking, s.place+quant.ManifestFile, quant.MaxManifest)
	if stored != "" && ctx.Err() == nil && (errors.As(err, new(unreachable)) || errors.Is(err, context.DeadlineExceeded)) {
		return stored, nil
	}
	return text, err
}

func (s *modelSource) damaged(err error) error {
	return fmt.Errorf("the model from %s is damaged: %w", s.place, err)
}
