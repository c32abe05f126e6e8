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

// unreachable is an error on the way to the server, as opposed to one of what
// the server has: trying again may help.
type unreachable struct{ error }

// How the browser's own cache takes part in a fetch. revalidate asks the server
// whether what is cached still holds, so that a manifest never meets the weights
// of another version; bypass is for what is stored elsewhere.
const (
	revalidate = "no-cache"
	bypass     = "no-store"
)

// fetch asks for a file of the model.
func fetch(ctx context.Context, url string) (*body, error) {
	return request(ctx, url, map[string]any{"cache": revalidate})
}

// fetchPart asks for the bytes of a file from from on and before to, where end
// is its size. A server that does not know ranges sends the whole file, of
// which the beginning is skipped.
func fetchPart(ctx context.Context, url, cache string, from, to, end int64) (*body, error) {
	options := map[string]any{"cache": cache}
	switch {
	case to < end:
		options["headers"] = map[string]any{"Range": fmt.Sprintf("bytes=%d-%d", from, to-1)}
	case from > 0:
		options["headers"] = map[string]any{"Range": fmt.Sprintf("bytes=%d-", from)}
	}
	b, err := request(ctx, url, options)
	if err == nil && !b.partial {
		b.skip = from
	}
	return b, err
}

func request(ctx context.Context, url string, options map[string]any) (*body, error) {
	response, err := await(ctx, js.Global().Call("fetch", url, options))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, unreachable{fmt.Errorf("the model could not be fetched from %s: there is no connection to the server", url)}
	case !response.Get("ok").Bool():
		status := response.Get("status").Int()
		err := fmt.Errorf("the model could not be fetched from %s: the server answers %d", url, status)
		if status >= 500 {
			err = unreachable{err}
		}
		return nil, err
	}
	b := newBody(response.Get("body"))
	b.url = url
	b.partial = response.Get("status").Int() == 206
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
	url     string // "" for a stream that comes from no server
	partial bool   // whether it is the part of the file that was asked for
	skip    int64  // bytes at its beginning that nobody asked for
	reader  js.Value
	buf     []byte
}

func newBody(stream js.Value) *body { return &body{reader: stream.Call("getReader")} }

// chunk is a piece of a body, in the browser's memory and in Go's; bytes is
// valid until the next one is read.
type chunk struct {
	array js.Value
	bytes []byte
}

// head is its first n bytes, or all where it has fewer.
func (c chunk) head(n int64) chunk {
	if n >= int64(len(c.bytes)) {
		return c
	}
	return chunk{c.array.Call("subarray", 0, n), c.bytes[:n]}
}

func (b *body) read(ctx context.Context) (chunk, error) {
	for {
		result, err := await(ctx, b.reader.Call("read"))
		switch {
		case ctx.Err() != nil:
			b.cancel()
			return chunk{}, ctx.Err()
		case err != nil:
			return chunk{}, unreachable{fmt.Errorf("the model could not be fetched from %s: the connection broke off", b.url)}
		case result.Get("done").Bool():
			return chunk{}, errEnd
		}
		array := result.Get("value")
		if n := int64(array.Length()); b.skip >= n {
			b.skip -= n
			continue
		}
		array = array.Call("subarray", b.skip)
		b.skip = 0
		if n := array.Length(); cap(b.buf) < n {
			b.buf = make([]byte, n)
		} else {
			b.buf = b.buf[:n]
		}
		js.CopyBytesToGo(b.buf, array)
		return chunk{array, b.buf}, nil
	}
}

func (b *body) cancel() { b.reader.Call("cancel") }
