//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"image"
	"sync"
	"syscall/js"

	"tcmoa/core"
	"tcmoa/wasm/internal/typedarray"
)

// pixels is a picture in the browser's memory, four bytes a pixel, or a bitmap of it
// until somebody asks for these. Go's memory, which never shrinks, only ever holds a row
// of it.
type pixels struct {
	width, height int
	bitmap        js.Value // ImageBitmap; undefined where there is none, or none any more
	breathe       func()   // while the bitmap is read

	mu   sync.Mutex
	data js.Value // Uint8Array or Uint8ClampedArray; undefined while there is a bitmap
	row  []byte
}

// maxSide is the largest side that browsers decode and core accepts.
const maxSide = 1 << 15

// readPixels takes a picture out of a message: an ImageBitmap, which is the picture's from
// then on and the message's no more, or {width, height, data}.
func readPixels(msg *fields, name string, breathe func()) (*pixels, error) {
	f := msg.object(name)
	p := &pixels{width: f.integer("width", 1, maxSide), height: f.integer("height", 1, maxSide), breathe: breathe}
	if *f.err != nil {
		return nil, *f.err
	}
	if isBitmap(f.v) {
		p.bitmap = f.v
		msg.v.Delete(name)
		return p, nil
	}
	p.data = f.get("data")
	if !p.data.InstanceOf(clampedArray) && !p.data.InstanceOf(uint8Array) || p.data.Length() != 4*p.width*p.height {
		return nil, fmt.Errorf("the option %s must be a picture of four bytes a pixel", f.name)
	}
	return p, nil
}

// closePixels closes the bitmaps that a message has still, since nobody took them.
func closePixels(msg *fields) {
	for _, name := range [...]string{"first", "second"} {
		if v := msg.get(name); isBitmap(v) {
			v.Call("close")
		}
	}
}

func isBitmap(v js.Value) bool {
	class := js.Global().Get("ImageBitmap")
	return !class.IsUndefined() && v.InstanceOf(class)
}

// stripArea is how many pixels of a bitmap are read at a time. A canvas of the
// whole picture would hold it once more, and browsers silently draw nothing on
// canvases beyond a size that each sets for itself.
const stripArea = 1 << 20

// unreadable is why a bitmap's pixels cannot be read. No backend is at fault then.
type unreadable struct{ error }

func (u unreadable) Unwrap() error { return u.error }

// load reads the pixels of the bitmap, if that has not been done, and closes it. Its
// errors are unreadable, or ctx's.
func (p *pixels) load(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.data.IsUndefined() {
		return nil
	}
	var data js.Value
	err := catch(func() (err error) {
		data, err = p.draw(ctx)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return unreadable{err}
	}
	p.data = data
	p.close()
	return nil
}

// load loads pictures one after the other.
func load(ctx context.Context, pictures ...*pixels) error {
	for _, p := range pictures {
		if err := p.load(ctx); err != nil {
			return err
		}
	}
	return nil
}

// bytes are the pixels. It panics, for catch, with what is unreadable.
func (p *pixels) bytes() js.Value {
	if err := p.load(context.Background()); err != nil {
		panic(err)
	}
	return p.data
}

// close lets go of the bitmap.
func (p *pixels) close() {
	if !p.bitmap.IsUndefined() {
		p.bitmap.Call("close")
		p.bitmap = js.Undefined()
	}
}

// Bitmap implements webgpu.Bitmap.
func (p *pixels) Bitmap() js.Value { return p.bitmap }

// draw reads the pixels of the bitmap by drawing it strip by strip.
func (p *pixels) draw(ctx context.Context) (js.Value, error) {
	data := uint8Array.New(4 * p.width * p.height)
	rows := min(max(stripArea/p.width, 1), p.height)
	canvas := js.Global().Get("OffscreenCanvas").New(p.width, rows)
	context2d := canvas.Call("getContext", "2d", map[string]any{"willReadFrequently": true})
	context2d.Set("globalCompositeOperation", "copy") // nothing of the strip before shines through
	for y := 0; y < p.height; y += rows {
		if err := ctx.Err(); err != nil {
			return js.Undefined(), err
		}
		h := min(rows, p.height-y)
		context2d.Call("drawImage", p.bitmap, 0, y, p.width, h, 0, 0, p.width, h)
		strip := context2d.Call("getImageData", 0, 0, p.width, h)
		data.Call("set", strip.Get("data"), 4*p.width*y)
		p.breathe()
	}
	return data, nil
}

// Size implements core.Picture.
func (p *pixels) Size() (width, height int) { return p.width, p.height }

// ReadRow implements core.Picture.
func (p *pixels) ReadRow(rgb []float32, y, x0, x1 int) {
	data := p.bytes()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.row == nil {
		p.row = make([]byte, 4*p.width)
	}
	row := core.RGBA{Width: x1 - x0, Height: 1, Pix: p.row[:4*(x1-x0)]}
	js.CopyBytesToGo(row.Pix, data.Call("subarray", 4*(y*p.width+x0), 4*(y*p.width+x1)))
	row.ReadRow(rgb, 0, 0, row.Width)
}

// crop copies the part of the picture under a tile, {width, height, data}. A
// tile that exceeds the picture is continued by reflection, and what is
// reflected lies in its own part: the part stands for the picture.
func (p *pixels) crop(tile image.Rectangle) js.Value {
	r := tile.Intersect(image.Rect(0, 0, p.width, p.height))
	part := js.Global().Get("Object").New()
	part.Set("width", r.Dx())
	part.Set("height", r.Dy())
	whole := p.bytes()
	at := func(y int) int { return 4 * (y*p.width + r.Min.X) }
	if r.Dx() == p.width {
		part.Set("data", whole.Call("slice", at(r.Min.Y), at(r.Max.Y)))
		return part
	}
	data := uint8Array.New(4 * r.Dx() * r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		data.Call("set", whole.Call("subarray", at(y), at(y)+4*r.Dx()), 4*r.Dx()*(y-r.Min.Y))
	}
	part.Set("data", data)
	return part
}

// canvas collects a fused picture in the browser's memory.
type canvas struct {
	width, height int
	image         js.Value // Uint8ClampedArray
	weights       js.Value // Float32Array; undefined where the network has none
	weightBytes   js.Value // Uint8Array on the memory of weights
	row           []byte
}

func newCanvas(width, height int) *canvas {
	return &canvas{width: width, height: height, image: clampedArray.New(4 * width * height), row: make([]byte, 4*width)}
}

// WriteRow implements core.Canvas.
func (c *canvas) WriteRow(y int, rgb, weight []float32) {
	row := core.RGBA{Width: c.width, Height: 1, Pix: c.row}
	row.WriteRow(0, rgb, nil)
	c.WriteBytes(y, c.row, weight)
}

// WriteBytes implements core.ByteCanvas.
func (c *canvas) WriteBytes(y int, rgba []byte, weight []float32) {
	from, to := 4*c.width*y, 4*c.width*(y+1)
	js.CopyBytesToJS(c.image.Call("subarray", from, to), rgba)
	if weight == nil {
		return
	}
	if c.weights.IsUndefined() {
		c.weights = float32Array.New(c.width * c.height)
		c.weightBytes = uint8Array.New(c.weights.Get("buffer"))
	}
	js.CopyBytesToJS(c.weightBytes.Call("subarray", from, to), typedarray.Bytes(weight))
}
