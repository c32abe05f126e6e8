//go:build js && wasm

package main

// viewport is the part of a picture that a pane shows. The pane has the
// picture's shape, so that shares of their sides are all it needs to know.
type viewport struct {
	zoom float64 // 1: the whole picture
	x, y float64 // its top left corner, in shares of the picture's sides
}

// whole shows all of a picture.
var whole = viewport{zoom: 1}

// at is the picture's point at a point of the pane, both in shares.
func (v viewport) at(px, py float64) (x, y float64) { return v.x + px/v.zoom, v.y + py/v.zoom }

// zoomed has another zoom, up to limit, and keeps the picture's point at (px, py)
// of the pane, as far as the picture's edges let it.
func (v viewport) zoomed(zoom, limit, px, py float64) viewport {
	x, y := v.at(px, py)
	return held(x, y, px, py, min(max(zoom, 1), limit))
}

// held has the picture's point (x, y) at (px, py) of the pane, as far as the
// picture's edges let it.
func held(x, y, px, py, zoom float64) viewport {
	return viewport{zoom, x - px/zoom, y - py/zoom}.inside()
}

// panned moves the picture by shares of the pane.
func (v viewport) panned(dx, dy float64) viewport {
	v.x -= dx / v.zoom
	v.y -= dy / v.zoom
	return v.inside()
}

// centred has a point of the picture in its middle, as far as its edges let it.
func (v viewport) centred(x, y float64) viewport {
	v.x, v.y = x-0.5/v.zoom, y-0.5/v.zoom
	return v.inside()
}

// inside shows nothing beyond the picture's edges.
func (v viewport) inside() viewport {
	most := 1 - 1/v.zoom
	v.x, v.y = min(max(v.x, 0), most), min(max(v.y, 0), most)
	return v
}
