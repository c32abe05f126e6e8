//go:build js && wasm

package main

import (
	"errors"
	"path"
	"syscall/js"

	"tcmoa/wasm/internal/typedarray"
)

// recording is a fusion that the build of this site made with the shipped
// model; cmd/internal/recording says how its files look.
type recording struct {
	task    *task
	sources [2]*picture
	fused   *fused
}

// errDamaged: the recording's files do not fit the page, or one another.
var errDamaged = problem("The recorded example is damaged.")

// readRecording reads the recording in a folder. Its files come side by side.
func (m module) readRecording(folder string) (*recording, error) {
	d, err := fetch(folder+"recording.json", "json")
	if err != nil {
		return nil, err
	}
	text := func(key string) string { return d.Get(key).String() }
	r := &recording{task: taskByID(text("task"))}
	if r.task == nil {
		return nil, errDamaged
	}
	var urls [2]string
	for _, s := range sides {
		urls[s] = path.Join(folder, d.Get("sources").Index(int(s)).String())
	}
	r.fused = &fused{
		variant: newVariant(d.Get("variant")), width: d.Get("width").Int(), height: d.Get("height").Int(),
		backend: text("backend"), recorded: true,
	}
	var maps []byte
	work := []func() error{
		func() (err error) { r.sources[first], err = m.readFile(urls[first]); return },
		func() (err error) { r.sources[second], err = m.readFile(urls[second]); return },
		func() (err error) { r.fused.image, err = m.pixels(folder + text("fused")); return },
		func() (err error) { maps, err = inflate(folder + text("maps")); return },
	}
	done := make(chan error, len(work))
	for _, f := range work {
		go func() { done <- f() }()
	}
	for range work {
		err = errors.Join(err, <-done)
	}
	if err == nil {
		err = r.fused.unpack(d, maps)
	}
	if err != nil {
		r.release()
		return nil, err
	}
	return r, nil
}

func (r *recording) release() {
	for _, picture := range r.sources {
		picture.release()
	}
}

// unpack reads the maps: one byte a value.
func (f *fused) unpack(d js.Value, maps []byte) error {
	p := &prompts{rows: d.Get("rows").Int(), cols: d.Get("cols").Int(), cell: f.variant.Cell()}
	routes := d.Get("routes")
	weights, tokens := f.width*f.height, p.tokens()
	if !d.Get("weight").Truthy() {
		weights = 0
	}
	if len(maps) != weights+routes.Length()*tokens*(2+f.variant.Experts) {
		return errDamaged
	}
	next := func(n int, scale js.Value) []float32 {
		values := make([]float32, n)
		low := float32(scale.Get("low").Float())
		step := (float32(scale.Get("high").Float()) - low) / 255
		for i, b := range maps[:n] {
			values[i] = low + step*float32(b)
		}
		maps = maps[n:]
		return values
	}
	f.weights = js.Null()
	if weights > 0 {
		f.weights = typedarray.FromFloats(next(weights, d.Get("weight")))
	}
	for i := range routes.Length() {
		r := routes.Index(i)
		p.routes = append(p.routes, route{
			prompts: [2][]float32{next(tokens, r.Get("first")), next(tokens, r.Get("second"))},
			gates:   next(tokens*f.variant.Experts, r.Get("gates")),
		})
	}
	f.prompts = p
	return nil
}

// readFile takes in a picture of the site's own. It keeps its address, under
// which the document shows it already.
func (m module) readFile(url string) (*picture, error) {
	blob, err := fetch(url, "blob")
	if err != nil {
		return nil, err
	}
	p, err := m.inspect(path.Base(url), blob)
	if err != nil {
		return nil, err
	}
	p.url = url
	return p, nil
}

// pixels decodes a picture of the site's own to ImageData.
func (m module) pixels(url string) (js.Value, error) {
	blob, err := fetch(url, "blob")
	if err != nil {
		return js.Value{}, err
	}
	bitmap, err := await(m.exports.Call("decode", blob))
	if err != nil {
		return js.Value{}, err
	}
	defer bitmap.Call("close")
	width, height := bitmap.Get("width"), bitmap.Get("height")
	context := js.Global().Get("OffscreenCanvas").New(width, height).Call("getContext", "2d")
	context.Call("drawImage", bitmap, 0, 0)
	return context.Call("getImageData", 0, 0, width, height), nil
}

// inflate gets a file of the site's own that is packed by gzip.
func inflate(url string) ([]byte, error) {
	blob, err := fetch(url, "blob")
	if err != nil {
		return nil, err
	}
	stream := blob.Call("stream").Call("pipeThrough", js.Global().Get("DecompressionStream").New("gzip"))
	buffer, err := await(js.Global().Get("Response").New(stream).Call("arrayBuffer"))
	if err != nil {
		return nil, err
	}
	array := js.Global().Get("Uint8Array").New(buffer)
	bytes := make([]byte, array.Length())
	js.CopyBytesToGo(bytes, array)
	return bytes, nil
}
