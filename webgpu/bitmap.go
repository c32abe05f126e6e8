//go:build js && wasm

package webgpu

import (
	"bytes"
	"context"
	"errors"
	"image"
	"syscall/js"

	"tcmoa/core"
)

// Bitmap is a core.Picture that the browser holds as an ImageBitmap. The GPU takes the
// pixels from there where it can, and otherwise they are read as those of any picture.
type Bitmap interface {
	core.Picture
	// Bitmap is the ImageBitmap, of the picture's size; undefined where there is none.
	Bitmap() js.Value
}

// Bitmaps tells whether the GPU takes the pixels of a Bitmap of such a size from the
// browser. No larger ones are asked of it than fit a texture.
func (b *Backend) Bitmaps(width, height int) bool {
	return b.dev.bitmaps && max(width, height) <= b.dev.maxTexture
}

// uploadBitmap uploads a part of one of the pair's pictures from its bitmap, its rows a
// pitch apart. It reports false where that can't be.
func (p *pass) uploadBitmap(source int, picture Bitmap, part image.Rectangle) (operand, bool) {
	bitmap := picture.Bitmap()
	if bitmap.IsUndefined() || !p.Bitmaps(picture.Size()) {
		return operand{}, false
	}
	tile, most := p.in.Tile.Size(), p.dev.maxTexture
	t := &p.textures[source]
	err := p.resize(t, min(tile.X, most), min(tile.Y, most)) // a tile may exceed its picture
	if err == nil && guard(func() { t.take(p.dev, bitmap, part) }) != nil || errors.Is(err, ErrFault) {
		p.dev.bitmaps = false // what a browser refuses once it need not be asked with every tile
		return operand{}, false
	}
	if err != nil {
		p.fail(err)
	}
	o := p.rec.tensor(4 * pitch(tile.X) * tile.Y)
	p.rec.of(o).upload = true
	p.uploads = append(p.uploads, upload{to: o, from: *t, size: part.Size()})
	return o, true
}

// copiesBitmaps finds out whether the browser copies bitmaps to textures, and the opaque
// pixels of an ImageData as what they are: it is not relied on untried. What it makes of
// the files that it decodes is not tried here.
func (d *device) copiesBitmaps(ctx context.Context) bool {
	const width, height = 64, 5
	part := image.Rect(0, 1, width, height)
	pixels := make([]byte, 4*width*height)
	for i := range width * height {
		copy(pixels[4*i:], []byte{byte(i), byte(255 - i), byte(31 * i), 255})
	}
	expected := pixels[4*width:]

	global := js.Global()
	if !global.Get("createImageBitmap").Truthy() || !d.queue.Get("copyExternalImageToTexture").Truthy() {
		return false
	}
	array := global.Get("Uint8ClampedArray").New(len(pixels))
	js.CopyBytesToJS(array, pixels)
	bitmap, err := follow(global.Call("createImageBitmap", global.Get("ImageData").New(array, width, height))).wait(ctx)
	if err != nil {
		return false
	}
	defer bitmap.Call("close")
	var back buffer
	var t texture
	defer func() {
		back.destroy()
		t.destroy()
	}()
	var mapped *promise
	var wrong, refused error
	err = d.scoped(ctx, "out-of-memory", ErrMemory, func() { // no error is left for the first pass to find
		wrong = d.scoped(ctx, "validation", ErrFault, func() {
			t = d.newTexture(width, height)
			if back, refused = d.newBuffer("bitmap", len(expected), usageMapRead|usageCopyDst); refused != nil {
				return
			}
			t.take(d, bitmap, part)
			t.give(d, back, part.Size())
			mapped = follow(back.value.Call("mapAsync", mapRead))
		})
	})
	if errors.Join(err, wrong, refused) != nil {
		return false
	}
	_, err = d.await(ctx, mapped)
	return err == nil && bytes.Equal(back.mapped(len(expected)), expected)
}
