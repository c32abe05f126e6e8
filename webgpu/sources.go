//go:build js && wasm

package webgpu

import (
	"image"

	"tcmoa/core"
)

// readSources uploads the part of both pictures that the tile sees, and makes
// normalised planes of it.
func (p *pass) readSources() {
	p.planes = p.floats(2 * 3 * p.in.Tile.Dx() * p.in.Tile.Dy())
	for s, picture := range [2]core.Picture{p.in.A, p.in.B} {
		width, height := picture.Size()
		part := image.Rect(
			firstSeen(p.in.Tile.Min.X, p.in.Tile.Max.X, width), firstSeen(p.in.Tile.Min.Y, p.in.Tile.Max.Y, height),
			min(p.in.Tile.Max.X, width), min(p.in.Tile.Max.Y, height))
		kind, src, pitch := p.uploadPart(s, picture, part)
		params := [...]uint32{
			u(p.in.Tile.Dx()), u(p.in.Tile.Dy()), u(p.in.Tile.Min.X), u(p.in.Tile.Min.Y),
			u(width), u(height), u(part.Min.X), u(part.Min.Y), u(pitch), u(s), 0,
		}
		pixels := p.in.Tile.Dx() * p.in.Tile.Dy()
		p.rec.run(p.get("source", kind), items(pixels), pixels, params[:], src, p.planes)
	}
}

// firstSeen is the first coordinate of an axis of size pixels that a tile sees,
// which beyond the end sees the reflection.
func firstSeen(from, to, size int) int {
	if to <= size {
		return from
	}
	return max(0, min(from, 2*(size-1)-(to-1)))
}

// uploadPart uploads a part of one of the pair's pictures as it is held, 8-bit RGBA, or
// else as float32 RGB, and tells how many pixels a row has room for. A tile at the
// picture's end sees less of it than others, but has the same room, so that all tiles
// of a picture share one program.
func (p *pass) uploadPart(source int, picture core.Picture, part image.Rectangle) (kind flag, to operand, width int) {
	pixels := p.in.Tile.Dx() * p.in.Tile.Dy()
	switch picture := picture.(type) {
	case *core.RGBA:
		return flagBytes, p.upload(cut(picture, part), 4*pixels), part.Dx()
	case Bitmap:
		if to, ok := p.uploadBitmap(source, picture, part); ok {
			return flagBytes, to, pitch(part.Dx())
		}
	}
	row := 3 * part.Dx()
	rgb := make([]float32, row*part.Dy())
	for y := range part.Dy() {
		picture.ReadRow(rgb[y*row:(y+1)*row], part.Min.Y+y, part.Min.X, part.Max.X)
	}
	return 0, p.upload(bytesOf(rgb), 12*pixels), part.Dx()
}

// cut is a part of a picture, without a copy where its rows lie side by side.
func cut(p *core.RGBA, part image.Rectangle) []byte {
	at := func(x, y int) int { return 4 * (y*p.Width + x) }
	if part.Dx() == p.Width {
		return p.Pix[at(0, part.Min.Y):at(0, part.Max.Y)]
	}
	out := make([]byte, 0, 4*part.Dx()*part.Dy())
	for y := part.Min.Y; y < part.Max.Y; y++ {
		out = append(out, p.Pix[at(part.Min.X, y):at(part.Max.X, y)]...)
	}
	return out
}

// upload adds a tensor of room bytes whose beginning the host fills before the
// pass runs.
func (p *pass) upload(data []byte, room int) operand {
	o := p.rec.tensor(room)
	p.rec.of(o).upload = true
	p.uploads = append(p.uploads, upload{to: o, data: data})
	return o
}
