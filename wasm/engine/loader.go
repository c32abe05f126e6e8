//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"
	"time"

	"tcmoa/core"
	"tcmoa/quant"
)

// modelLoader streams a model's weights into a network: the frames that are
// stored from there, the others from where the model comes from.
type modelLoader struct {
	src      *modelSource
	stream   *quant.Stream
	loader   *core.Loader
	chunks   js.Value // what the stream took
	weights  js.Value // a Blob of the weight file: the browser may keep it on disk
	tensors  int
	total    int
	blocks   *blocks
	arrived  int64
	restored int64 // the part of arrived that was stored
	throttle throttle
	post     func(map[string]any)
}

func newModelLoader(src *modelSource, b core.Backend, post func(map[string]any)) (*modelLoader, error) {
	params := src.manifest.Variant.Params()
	l := &modelLoader{
		src: src, chunks: js.Global().Get("Array").New(), total: len(params), blocks: newBlocks(params), post: post,
	}
	var err error
	if l.loader, err = core.NewLoader(src.manifest.Variant, b); err != nil {
		return nil, src.damaged(err)
	}
	l.stream, err = quant.NewStream(src.manifest, func(name string, t core.Tensor) error {
		l.tensors++
		l.blocks.take(name)
		return l.loader.Add(name, t)
	})
	if err != nil {
		return nil, err
	}
	l.stream.Keep = func(i int, frame []byte) error {
		src.store.keep(i, frame)
		return nil
	}
	return l, nil
}

func (l *modelLoader) load(ctx context.Context) (*core.Network, error) {
	frames := l.src.manifest.Frames
	for i := 0; i < len(frames); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if l.src.store.has(i) {
			ok, err := l.restore(i)
			if err != nil {
				return nil, l.src.damaged(err)
			}
			if ok {
				i++
				continue
			}
		}
		end := i + 1
		for end < len(frames) && !l.src.store.has(end) {
			end++
		}
		last := frames[end-1]
		if err := l.download(ctx, frames[i].Offset, last.Offset+last.Length); err != nil {
			return nil, err
		}
		i = end
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
	l.weights = js.Global().Get("Blob").New(l.chunks)
	return network, nil
}

// restore takes frame i from the store. It reports false where the store does
// not have it after all.
func (l *modelLoader) restore(i int) (bool, error) {
	array, err := l.src.store.frame(i)
	if err != nil || int64(array.Length()) != l.src.manifest.Frames[i].Length {
		l.src.store.drop(i)
		return false, nil
	}
	data := make([]byte, array.Length())
	js.CopyBytesToGo(data, array)
	l.restored += int64(len(data))
	err = l.take(chunk{array, data})
	if errors.Is(err, quant.ErrHash) {
		l.restored -= int64(len(data))
		l.src.store.drop(i)
		return false, nil
	}
	return err == nil, err
}

// download brings in the weight file from byte from to byte to. A connection
// that breaks off is taken up again as long as each one brings something.
func (l *modelLoader) download(ctx context.Context, from, to int64) error {
	for from < to {
		before := l.arrived
		err := l.connect(ctx, from, to)
		got := l.arrived - before
		if from += got; got == 0 || !errors.As(err, new(unreachable)) {
			if err == nil && from < to { // the file ends here
				err = l.src.damaged(l.stream.Close())
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// connect is one connection of a download.
func (l *modelLoader) connect(ctx context.Context, from, to int64) error {
	b, err := l.src.open(ctx, from, to)
	if err != nil {
		return err
	}
	for from < to {
		c, err := b.read(ctx)
		if errors.Is(err, errEnd) {
			return nil
		} else if err != nil {
			return err
		}
		c = c.head(to - from)
		from += int64(len(c.bytes))
		if err := l.take(c); err != nil {
			b.cancel()
			return l.src.damaged(err)
		}
	}
	b.cancel() // what a server sends beyond
	return nil
}

// take hands on the next bytes of the weight file.
func (l *modelLoader) take(c chunk) error {
	if _, err := l.stream.Write(c.bytes); err != nil {
		return err
	}
	l.chunks.Call("push", c.array)
	l.arrived += int64(len(c.bytes))
	if l.throttle.open(time.Now()) {
		l.report()
	}
	return nil
}

func (l *modelLoader) report() {
	l.post(map[string]any{
		"bytes": l.arrived, "totalBytes": l.src.manifest.Size, "storedBytes": l.restored,
		"tensors": l.tensors, "totalTensors": l.total,
		"blocks": l.blocks.ready, "totalBlocks": l.blocks.total,
	})
}
