//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/core"
)

// module is site/tcmoa.js; tcmoa.d.ts beside it says what its members mean.
type module struct{ exports js.Value }

func newModule() module { return module{js.Global().Get("tcmoa")} }

// decode finds out the size of a picture.
func (m module) decode(blob js.Value) (width, height int, err error) {
	bitmap, err := await(m.exports.Call("decode", blob))
	if err != nil {
		return 0, 0, err
	}
	defer bitmap.Call("close")
	return bitmap.Get("width").Int(), bitmap.Get("height").Int(), nil
}

// arrival is how much of a model has come.
type arrival struct {
	bytes, total  int
	blocks, depth int // transformer blocks that are ready, and in all
}

// load streams the model in, to run on a backend.
func (m module) load(backend string, progress func(arrival)) (fuser, error) {
	report := js.FuncOf(func(_ js.Value, args []js.Value) any {
		p := args[0]
		progress(arrival{
			bytes: p.Get("bytes").Int(), total: p.Get("totalBytes").Int(),
			blocks: p.Get("blocks").Int(), depth: p.Get("totalBlocks").Int(),
		})
		return nil
	})
	defer report.Release()
	value, err := await(m.exports.Call("load", map[string]any{"backend": backend, "onProgress": report}))
	if err != nil {
		return fuser{}, err
	}
	info := value.Get("info")
	return fuser{
		value:   value,
		variant: newVariant(info.Get("variant")),
		chosen:  backend,
		name:    info.Get("name").String(),
		licence: info.Get("licence").String(),
		origin:  info.Get("origin").String(),
		kept:    value.Get("stored").Bool(),
	}, nil
}

// fuser is a model that is ready.
type fuser struct {
	value                 js.Value
	variant               core.Config
	name, licence, origin string
	kept                  bool   // whether a later visit needs no network for it
	chosen                string // the backend that it was loaded or last changed for
	changing              bool   // whether it is being changed
}

// use has the model run on another backend, after the fusions that were asked
// for.
func (f *fuser) use(backend string) error {
	_, err := await(f.value.Call("use", backend))
	return err
}

// step is how far a fusion has come.
type step struct {
	tiles    int
	name     string
	fraction float64 // of the whole fusion
}

// fused is the outcome of a fusion. Its pixels stay in JavaScript.
type fused struct {
	image         js.Value // ImageData
	weights       js.Value // Float32Array, or null
	prompts       *prompts // nil for a picture above mapsBound
	variant       core.Config
	width, height int
	backend       string
	tiles         int
	workers       int
	reused        float64 // the share of the network's blocks that was kept from an earlier fusion
	milliseconds  float64
	recorded      bool // when this site was built, and not on this device
}

// mapsBound is up to how many pixels a picture's prompts and gates are asked for:
// at most some ten megabytes of them.
const mapsBound = 1 << 23

// fuse runs until its end or until signal is aborted.
func (f fuser) fuse(o order, signal js.Value, progress func(step)) (*fused, error) {
	report := js.FuncOf(func(_ js.Value, args []js.Value) any {
		p := args[0]
		progress(step{
			tiles:    p.Get("tiles").Int(),
			name:     p.Get("step").String(),
			fraction: p.Get("fraction").Float(),
		})
		return nil
	})
	defer report.Release()
	options := o.options(f.variant)
	options["signal"], options["onProgress"] = signal, report
	value, err := await(f.value.Call("fuse", o.sources[first], o.sources[second], options))
	if err != nil {
		return nil, err
	}
	image := value.Get("image")
	return &fused{
		image:        image,
		weights:      value.Get("weights"),
		prompts:      newPrompts(value.Get("prompts")),
		variant:      f.variant,
		width:        image.Get("width").Int(),
		height:       image.Get("height").Int(),
		backend:      value.Get("backend").String(),
		tiles:        value.Get("tiles").Int(),
		workers:      value.Get("workers").Int(),
		reused:       value.Get("reused").Float(),
		milliseconds: value.Get("milliseconds").Float(),
	}, nil
}
