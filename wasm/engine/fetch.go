//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
)

// errEnd says that a body has no more chunks.
var errEnd = errors.New("end of the body")

// fetch asks for a file of the model. The browser revalidates what it has
// cached, so that a manifest never meets the weights of another version.
func fetch(ctx context.Context, url string) (*body, error) {
	promise := js.Global().Call("fetch", url, map[string]any{"cache": "no-cache"})
	response, err := await(ctx, promise)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("the model could not be fetched from %s: there is no connection to the server", url)
	case !response.Get("ok").Bool():
		return nil, fmt.Errorf("the model could not be fetched from %s: the server answers %d", url, response.Get("status").Int())
	}
	b := newBody(response.Get("body"))
	b.url = url
	return b, nil
}

// fetchText fetches a file of at most limit bytes.
func fetchText(ctx context.Context, url string, limit int) (string, error) {
	b, err := fetch(ctx, url)
	if err != nil {
		return "", err
	}
	var text []byte
	for {
		chunk, err := b.read(ctx)
		if errors.Is(err, errEnd) {
			return string(text), nil
		} else if err != nil {
			return "", err
		}
		if text = append(text, chunk.bytes...); len(text) > limit {
			b.cancel()
			return "", fmt.Errorf("the file %s is larger than %d bytes: it is not a model's", url, limit)
		}
	}
}

// body reads a ReadableStream of bytes.
type body struct {
	url    string // "" for a stream that comes from no server
	reader js.Value
	buf    []byte
}

func newBody(stream js.Value) *body { return &body{reader: stream.Call("getReader")} }

// chunk is a piece of a body, in the browser's memory and in Go's; bytes is
// valid until the next one is read.
type chunk struct {
	array js.Value
	bytes []byte
}

func (b *body) read(ctx context.Context) (chunk, error) {
	result, err := await(ctx, b.reader.Call("read"))
	switch {
	case ctx.Err() != nil:
		b.cancel()
		return chunk{}, ctx.Err()
	case err != nil:
		return chunk{}, fmt.Errorf("the model could not be fetched from %s: the connection broke off", b.url)
	case result.Get("done").Bool():
		return chunk{}, errEnd
	}
	array := result.Get("value")
	if n := array.Length(); cap(b.buf) < n {
		b.buf = make([]byte, n)
	} else {
		b.buf = b.buf[:n]
	}
	js.CopyBytesToGo(b.buf, array)
	return chunk{array, b.buf}, nil
}

func (b *body) cancel() { b.reader.Call("cancel") }
