//go:build js && wasm

package main

import (
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"syscall/js"
	"testing"

	"tcmoa/core"
	"tcmoa/wasm/internal/typedarray"
)

// noise returns a picture of random bytes, in Go's memory and in the browser's.
func noise(width, height int) (*core.RGBA, *pixels) {
	p := core.NewRGBA(width, height)
	for i := range p.Pix {
		p.Pix[i] = uint8(rand.Uint32())
	}
	data := clampedArray.New(len(p.Pix))
	js.CopyBytesToJS(data, p.Pix)
	return p, &pixels{width: width, height: height, data: data}
}

func readTilePixels(p core.Picture, tile image.Rectangle) []float32 {
	dst := make([]float32, 3*tile.Dx()*tile.Dy())
	core.ReadTile(dst, p, tile)
	return dst
}

func TestPixelsAreThePicture(t *testing.T) {
	want, got := noise(37, 21)
	tile := image.Rect(0, 0, 112, 112)
	if !slices.Equal(readTilePixels(got, tile), readTilePixels(want, tile)) {
		t.Error("another picture is read")
	}
	var a, b [3 * 5]float32
	want.ReadRow(a[:], 20, 32, 37)
	got.ReadRow(b[:], 20, 32, 37)
	if a != b {
		t.Error("another part of a row is read")
	}
}

// The part of a picture under a tile must stand for the whole picture: also
// where the tile exceeds it and is filled by reflection.
func TestCropStandsForThePicture(t *testing.T) {
	for _, size := range [][2]int{{112, 112}, {5, 3}, {1, 200}, {113, 700}, {700, 523}, {1500, 300}} {
		whole, p := noise(size[0], size[1])
		for _, tile := range core.NewTiling(config(), size[0], size[1], 336*336).Tiles {
			part := p.crop(tile.Rect)
			crop := &pixels{width: part.Get("width").Int(), height: part.Get("height").Int(), data: part.Get("data")}
			if !slices.Equal(readTilePixels(crop, tile.Rect.Sub(tile.Rect.Min)), readTilePixels(whole, tile.Rect)) {
				t.Errorf("%v: tile %v differs", size, tile.Rect)
			}
		}
	}
}

// What a crop hands over moves to another Worker: the picture must keep its own.
func TestCropIsACopy(t *testing.T) {
	_, p := noise(112, 112)
	if part := p.crop(image.Rect(0, 0, 112, 112)); part.Get("data").Get("buffer").Equal(p.data.Get("buffer")) {
		t.Error("the crop shares the picture's memory")
	}
}

func TestReadPixels(t *testing.T) {
	read := func(members map[string]any) (*pixels, error) {
		return readPixels(object(map[string]any{"first": members}), "first", func() {})
	}
	if p, err := read(map[string]any{"width": 2, "height": 1, "data": clampedArray.New(8)}); err != nil || p.width != 2 || p.height != 1 {
		t.Errorf("got %v, %v", p, err)
	}
	for name, members := range map[string]map[string]any{
		"nothing": nil,
		"empty":   {"width": 0, "height": 1, "data": clampedArray.New(0)},
		"large":   {"width": maxSide + 1, "height": 1, "data": clampedArray.New(0)},
		"no data": {"width": 2, "height": 1},
		"short":   {"width": 2, "height": 1, "data": clampedArray.New(7)},
		"floats":  {"width": 2, "height": 1, "data": float32Array.New(8)},
	} {
		if _, err := read(members); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCanvas(t *testing.T) {
	const width, height = 3, 2
	c := newCanvas(width, height)
	want := core.NewRGBA(width, height)
	var weights []float32
	for y := range height {
		rgb, weight := make([]float32, 3*width), make([]float32, width)
		for i := range rgb {
			rgb[i] = rand.Float32()
		}
		for i := range weight {
			weight[i] = rand.Float32()
		}
		weights = append(weights, weight...)
		c.WriteRow(y, rgb, weight)
		want.WriteRow(y, rgb, weight)
	}
	got := make([]byte, 4*width*height)
	js.CopyBytesToGo(got, c.image)
	if !slices.Equal(got, want.Pix) {
		t.Errorf("got pixels %v, want %v", got, want.Pix)
	}
	if got := typedarray.Floats(c.weights); !slices.Equal(got, weights) {
		t.Errorf("got weights %v, want %v", got, weights)
	}
	plain := newCanvas(1, 1)
	plain.WriteRow(0, make([]float32, 3), nil)
	if !plain.weights.IsUndefined() {
		t.Error("weights without any")
	}
}

func TestTileTravels(t *testing.T) {
	cfg := config()
	_, a := noise(300, 200)
	_, b := noise(300, 200)
	options := js.ValueOf(map[string]any{"task": "mff", "beta": 0.25})
	job := core.TileJob{A: a, B: b, Rect: image.Rect(112, 0, 336, 224), Beta: []float32{1, 2, 3}, Maps: true}
	sent := (&task{TileJob: job, options: options}).payload()
	if sent.members["keep"] != false {
		t.Error("without checkpoints nothing is to be kept")
	}
	if len(sent.transfer) != 3 {
		t.Errorf("%d buffers move, want those of two pictures and beta", len(sent.transfer))
	}
	got, err := readTile(object(sent.members), cfg, func() {})
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]core.Picture{"first": {got.A, job.A}, "second": {got.B, job.B}} {
		if !slices.Equal(readTilePixels(pair[0], got.Rect), readTilePixels(pair[1], job.Rect)) {
			t.Errorf("the %s picture differs", name)
		}
	}
	if !slices.Equal(got.Beta, job.Beta) || !got.Maps || got.Controls.Prompts[0].Beta != 0.25 {
		t.Errorf("got %+v", got)
	}
}

func TestTileResultTravels(t *testing.T) {
	var p payload
	routes := []core.RouteMap{{X: []float32{1}, T: []float32{2}, Gates: []float32{0.5, 0.5}}}
	p.members = map[string]any{"rgb": p.floats([]float32{1, 2, 3}), "weight": p.floats([]float32{4}), "routes": p.routes(routes), "reused": 2}
	got, err := readTileResult(object(p.members))
	want := &core.TileResult{RGB: []float32{1, 2, 3}, Weight: []float32{4}, Routes: routes, Reused: 2}
	if err != nil || fmt.Sprint(*got) != fmt.Sprint(*want) {
		t.Errorf("got %v, %v", got, err)
	}
	if len(p.transfer) != 5 {
		t.Errorf("%d buffers move, want 5", len(p.transfer))
	}
}
