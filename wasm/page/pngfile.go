//go:build js && wasm

package main

import (
	"hash/crc32"
	"syscall/js"
	"time"
)

// thumbHeight is that of a thumbnail, in its own pixels.
const thumbHeight = 96

// encode makes a PNG file of a result that is not on the stage, and a thumbnail.
// The page answers meanwhile.
func encode(r *fused) (png, thumb js.Value, err error) {
	canvas := js.Global().Get("OffscreenCanvas").New(r.width, r.height)
	context := canvas.Call("getContext", "2d")
	rows := max(stretch/r.width, 1)
	for y := 0; y < r.height; y += rows {
		context.Call("putImageData", r.image, 0, 0, 0, y, r.width, rows)
		time.Sleep(time.Millisecond)
	}
	thumb, err = await(js.Global().Call("createImageBitmap", canvas, map[string]any{
		"resizeHeight": thumbHeight, "resizeWidth": max(thumbHeight*r.width/r.height, 1), "resizeQuality": "medium",
	}))
	if err == nil {
		if png, err = await(canvas.Call("convertToBlob", map[string]any{"type": "image/png"})); err != nil {
			thumb.Call("close")
		}
	}
	if err != nil {
		return png, thumb, problem("The browser could not encode the picture. It may be short of memory.")
	}
	return png, thumb, nil
}

// checkedAtOnce is how many bytes are summed up at a stretch: a few milliseconds.
const checkedAtOnce = 1 << 20

// checksum is the CRC-32 of a file.
func checksum(blob js.Value) (uint32, error) {
	var crc uint32
	buffer := make([]byte, checkedAtOnce)
	size := blob.Get("size").Int()
	for at := 0; at < size; at += checkedAtOnce {
		part, err := await(blob.Call("slice", at, min(at+checkedAtOnce, size)).Call("arrayBuffer"))
		if err != nil {
			return 0, err
		}
		n := js.CopyBytesToGo(buffer, js.Global().Get("Uint8Array").New(part))
		crc = crc32.Update(crc, crc32.IEEETable, buffer[:n])
	}
	return crc, nil
}

// bytesOf copies bytes to a Uint8Array.
func bytesOf(bytes []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(bytes))
	js.CopyBytesToJS(array, bytes)
	return array
}
