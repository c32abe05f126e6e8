//go:build js && wasm

package webgpu

import (
	"image"
	"syscall/js"
)

// Usages of a GPUTexture, as numbered by the WebGPU specification: what a bitmap is
// copied to must be able to be drawn on.
const (
	textureCopySrc = 1 << 0
	textureCopyDst = 1 << 1
	textureDrawn   = 1 << 4
)

// texture is a GPUTexture of 8-bit RGBA, on the way of a bitmap to a buffer. The zero
// value is none.
type texture struct {
	value         js.Value
	width, height int
}

func (d *device) newTexture(width, height int) texture {
	return texture{d.value.Call("createTexture", map[string]any{
		"label": "source", "size": []any{width, height}, "format": "rgba8unorm",
		"usage": textureCopySrc | textureCopyDst | textureDrawn,
	}), width, height}
}

// resize makes a texture one of some size, if it is not. Where that fails, it is none.
func (p *pass) resize(t *texture, width, height int) error {
	if t.width == width && t.height == height {
		return nil
	}
	t.destroy()
	*t = texture{}
	var made texture
	err := p.dev.scoped(p.ctx, "out-of-memory", ErrMemory, func() { made = p.dev.newTexture(width, height) })
	if err != nil {
		made.destroy()
		return err
	}
	*t = made
	return nil
}

func (t texture) destroy() {
	if t.width > 0 {
		t.value.Call("destroy")
	}
}

// take copies a part of a bitmap to the texture's corner: colours in sRGB, not multiplied
// by their transparency.
func (t texture) take(d *device, bitmap js.Value, part image.Rectangle) {
	d.queue.Call("copyExternalImageToTexture",
		map[string]any{"source": bitmap, "origin": []any{part.Min.X, part.Min.Y}},
		map[string]any{"texture": t.value, "premultipliedAlpha": false, "colorSpace": "srgb"},
		[]any{part.Dx(), part.Dy()})
}

// give copies so much of the texture's corner to a buffer, where its rows are a pitch
// apart.
func (t texture) give(d *device, to buffer, size image.Point) {
	encoder := d.value.Call("createCommandEncoder")
	encoder.Call("copyTextureToBuffer",
		map[string]any{"texture": t.value},
		map[string]any{"buffer": to.value, "bytesPerRow": 4 * pitch(size.X)},
		[]any{size.X, size.Y})
	d.queue.Call("submit", []any{encoder.Call("finish")})
}

// pitch is how many pixels' room a row of width pixels takes in a buffer that a texture
// is copied to: whole units of 256 bytes, as WebGPU has it.
func pitch(width int) int { return (width + 63) &^ 63 }
