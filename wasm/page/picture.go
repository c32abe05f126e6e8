//go:build js && wasm

package main

import (
	"path"
	"strings"
	"syscall/js"
)

const (
	// minSide is below what a token's surroundings can mean anything.
	minSide = 32
	// maxSide and maxPixels are what every current browser can hold in a canvas
	// and the engine in its memory, with both sources and the result.
	maxSide   = 8192
	maxPixels = 40_000_000
)

// picture is a source as it came: its file, decoded only where it is needed.
type picture struct {
	name          string // of the file
	blob          js.Value
	url           string // for the document
	width, height int
	small         js.Value // ImageData of a smaller size, undefined until it is wanted
}

// reduced is the picture in a smaller size, always the same.
func (p *picture) reduced(width, height int) (js.Value, error) {
	if p.small.Truthy() {
		return p.small, nil
	}
	small, err := p.scaled(width, height)
	if err == nil {
		p.small = small
	}
	return small, err
}

// scaled is an ImageData of the picture in another size. The browser makes it
// beside the page.
func (p *picture) scaled(width, height int) (js.Value, error) {
	bitmap, err := await(js.Global().Call("createImageBitmap", p.blob, map[string]any{
		"resizeWidth": width, "resizeHeight": height, "resizeQuality": "medium", "imageOrientation": "from-image",
	}))
	if err != nil {
		return js.Undefined(), err
	}
	defer bitmap.Call("close")
	context := js.Global().Get("OffscreenCanvas").New(width, height).Call("getContext", "2d")
	context.Call("drawImage", bitmap, 0, 0)
	return context.Call("getImageData", 0, 0, width, height), nil
}

// read takes a file in, or says in a sentence why it cannot.
func (m module) read(name string, blob js.Value) (*picture, error) {
	p, err := m.inspect(name, blob)
	if err != nil {
		return nil, err
	}
	p.url = js.Global().Get("URL").Call("createObjectURL", blob).String()
	return p, nil
}

// inspect finds out whether a file can be used, and how large its picture is.
func (m module) inspect(name string, blob js.Value) (*picture, error) {
	if kind := blob.Get("type").String(); kind != "" && !strings.HasPrefix(kind, "image/") {
		return nil, problem("“{name}” is not a picture. JPEG, PNG, WebP and AVIF files can be used.", name)
	}
	width, height, err := m.decode(blob)
	if err != nil {
		return nil, problem("“{name}” cannot be used. {reason}", name, err)
	}
	size := dimensions(width, height)
	switch {
	case width < minSide || height < minSide:
		return nil, problem("“{name}” is too small: {size} pixels. Each side needs at least {least}.", name, size, minSide)
	case width > maxSide || height > maxSide || width*height > maxPixels:
		return nil, problem("“{name}” is too large: {size} pixels. At most {most} a side and {all} megapixels in all can be fused here; scale both pictures down alike.",
			name, size, maxSide, maxPixels/1_000_000)
	}
	return &picture{name: name, blob: blob, width: width, height: height}, nil
}

// release frees what the browser keeps for the picture.
func (p *picture) release() {
	if p != nil {
		js.Global().Get("URL").Call("revokeObjectURL", p.url)
	}
}

// stem is the file's name without folder and ending.
func (p *picture) stem() string {
	base := path.Base(p.name)
	return strings.TrimSuffix(base, path.Ext(base))
}
