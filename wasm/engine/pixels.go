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

// pixels is a picture in the browser's memory, four bytes a pixel. Go's memory,
// which never shrinks, only ever holds a row of it.
type pixels struct {
	width, height int
	data          js.Value // Uint8Array or Uint8ClampedArray

	mu  sync.Mutex
	row []byte
}

// maxSide is the largest side that browsers decode and core accepts.
const maxSide = 1 << 15

// readPixels takes a picture out of a message: an ImageBitmap, which it closes,
// or {width, height, data}.
func readPixels(ctx context.Context, f *fields, breathe func()) (*pixels, error) {
	p := &pixels{width: f.integer("width", 1, maxSide), height: f.integer("height", 1, maxSide)}
	if *f.err != nil {
		return nil, *f.err
	}
	if bitmap := js.Global().Get("ImageBitmap"); !bitmap.IsUndefined() && f.v.InstanceOf(bitmap) {
		return p, p.draw(ctx, f.v, breathe)
	}
	p.data = f.get("data")
	if !p.data.InstanceOf(clampedArray) && !p.data.InstanceOf(uint8Array) || p.data.Length() != 4*p.width*p.height {
		return nil, fmt.Errorf("the option %s must be a picture of four bytes a pixel", f.name)
	}
	return p, nil
}

// stripArea is how many pixels of a bitmap are read at a time. A canvas of the
// whole picture would hold it once more, and browsers silently draw nothing on
// canvases beyond a size that each sets for itself.
const stripArea = 1 << 20

// draw reads the pixels of a bitmap by drawing it strip by strip.
func (p *pixels) draw(ctx context.Context, bitmap js.Value, breathe func()) error {
	defer bitmap.Call("close")
	p.data = uint8Array.New(4 * p.width * p.height)
	rows := min(max(stripArea/p.width, 1), p.height)
	canvas := js.Global().Get("OffscreenCanvas").New(p.width, rows)
	context2d := canvas.Call("getContext", "2d", map[string]any{"willReadFrequently": true})
	context2d.Set("globalCompositeOperation", "copy") // nothing of the strip before shines through
	for y := 0; y < p.height; y += rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		h := min(rows, p.height-y)
		context2d.Call("drawImage", bitmap, 0, y, p.width, h, 0, 0, p.width, h)
		strip := context2d.Call("getImageData", 0, 0, p.width, h)
		p.data.Call("set", strip.Get("data"), 4*p.width*y)
		breathe()
	}
	return nil
}

// Size implements core.Picture.
func (p *pixels) Size() (width, height int) { return p.width, p.height }

// ReadRow implements core.Picture.
func (p *pixels) ReadRow(rgb []float32, y, x0, x1 int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.row == nil {
		p.row = make([]byte, 4*p.width)
	}
	row := core.RGBA{Width: x1 - x0, Height: 1, Pix: p.row[:4*(x1-x0)]}
	js.CopyBytesToGo(row.Pix, p.data.Call("subarray", 4*(y*p.width+x0), 4*(y*p.width+x1)))
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
	at := func(y int) int { return 4 * (y*p.width + r.Min.X) }
	if r.Dx() == p.width {
		part.Set("data", p.data.Call("slice", at(r.Min.Y), at(r.Max.Y)))
		return part
	}
	data := uint8Array.New(4 * r.Dx() * r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		data.Call("set", p.data.Call("subarray", at(y), at(y)+4*r.Dx()), 4*r.Dx()*(y-r.Min.Y))
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
