package core

// mosaic joins tiles into a picture. It holds one row of tiles at a time as
// floats and hands finished pixel rows to the canvas, so its memory does not
// grow with the picture's height.
type mosaic struct {
	tiling *Tiling
	canvas Canvas
	bytes  ByteCanvas // the canvas, where a single tile may come as bytes; otherwise nil
	maps   *Maps      // nil: not asked for

	row      int                 // of tiles, being laid
	laid     int                 // tiles of that row
	waiting  map[int]*TileResult // by Tile.Index
	top      int                 // pixel row of the first row held
	rgb      []float32
	weight   []float32
	weighted bool // the network has weights
}

func newMosaic(c Config, t *Tiling, canvas Canvas, maps bool) *mosaic {
	m := &mosaic{tiling: t, canvas: canvas, waiting: map[int]*TileResult{}}
	if len(t.Tiles) == 1 {
		m.bytes, _ = canvas.(ByteCanvas)
	}
	if maps {
		m.maps = newMaps(c, t.Width, t.Height)
	}
	return m
}

func newMaps(c Config, width, height int) *Maps {
	cell := c.Cell()
	m := &Maps{Rows: (height + cell - 1) / cell, Cols: (width + cell - 1) / cell, Cell: cell}
	n := m.Rows * m.Cols
	for range c.MoAs() {
		m.Routes = append(m.Routes, RouteMap{
			X: make([]float32, n), T: make([]float32, n), Gates: make([]float32, n*c.Experts),
		})
	}
	return m
}

// add lays a tile. Tiles may come in any order, but are laid in theirs: sums of
// overlapping ones round the same way every time.
func (m *mosaic) add(t Tile, r *TileResult) {
	m.waiting[t.Index] = r
	for m.row < m.tiling.Rows && m.layRow() {
		m.row, m.laid = m.row+1, 0
		m.flush()
	}
}

// layRow lays the tiles of the current row up to the first one that has not
// come yet, and reports whether that completes it.
func (m *mosaic) layRow() bool {
	for m.laid < m.tiling.Columns {
		t := m.tiling.Tiles[m.next()]
		r, ok := m.waiting[t.Index]
		if !ok {
			return false
		}
		delete(m.waiting, t.Index)
		if r.RGBA != nil {
			m.copy(t, r)
		} else {
			m.lay(t, r)
		}
		if m.maps != nil {
			m.layMaps(t, r)
		}
		m.laid++
	}
	return true
}

// next is the number of the first tile that is not laid yet.
func (m *mosaic) next() int { return m.row*m.tiling.Columns + m.laid }

// copy hands over a picture that is one tile and has come as bytes.
func (m *mosaic) copy(t Tile, r *TileResult) {
	width := t.Rect.Dx()
	for ; m.top < m.tiling.Height; m.top++ {
		var weight []float32
		if r.Weight != nil {
			weight = r.Weight[m.top*width:][:m.tiling.Width]
		}
		m.bytes.WriteBytes(m.top, r.RGBA[4*m.top*width:][:4*m.tiling.Width], weight)
	}
}

// lay adds a tile to the row of tiles held.
func (m *mosaic) lay(t Tile, r *TileResult) {
	if m.rgb == nil {
		n := m.tiling.Width * t.Rect.Dy()
		m.rgb, m.weight = make([]float32, 3*n), make([]float32, n)
	}
	width, plane := t.Rect.Dx(), t.Rect.Dx()*t.Rect.Dy()
	right, bottom := min(t.Rect.Max.X, m.tiling.Width), min(t.Rect.Max.Y, m.tiling.Height)
	m.weighted = r.Weight != nil
	across := make([]float32, right-t.Rect.Min.X)
	for i := range across {
		across[i] = t.x.weight(t.Rect.Min.X + i)
	}
	for y := t.Rect.Min.Y; y < bottom; y++ {
		down := t.y.weight(y)
		src := (y - t.Rect.Min.Y) * width
		dst := (y-m.top)*m.tiling.Width + t.Rect.Min.X
		for i, a := range across {
			f := a * down
			if f == 0 {
				continue
			}
			for c := range 3 {
				m.rgb[3*(dst+i)+c] += float32(f * r.RGB[c*plane+src+i])
			}
			if m.weighted {
				m.weight[dst+i] += float32(f * r.Weight[src+i])
			}
		}
	}
}

// layMaps copies the decisions for the tokens that this tile has the larger
// share in: a choice of experts can't be blended.
func (m *mosaic) layMaps(t Tile, r *TileResult) {
	cell, width := m.maps.Cell, t.Rect.Dx()/m.maps.Cell
	for y := range t.Rect.Dy() / cell {
		row := t.Rect.Min.Y/cell + y
		if row >= m.maps.Rows || t.y.weight(row*cell+cell/2) < 0.5 {
			continue
		}
		for x := range width {
			col := t.Rect.Min.X/cell + x
			if col >= m.maps.Cols || t.x.weight(col*cell+cell/2) < 0.5 {
				continue
			}
			src, dst := y*width+x, row*m.maps.Cols+col
			for j := range m.maps.Routes {
				to, from := &m.maps.Routes[j], &r.Routes[j]
				to.X[dst], to.T[dst] = from.X[src], from.T[src]
				e := len(to.Gates) / len(to.X)
				copy(to.Gates[dst*e:(dst+1)*e], from.Gates[src*e:])
			}
		}
	}
}

// flush hands over the rows that no later tile reaches, and keeps the rest.
func (m *mosaic) flush() {
	width, until := m.tiling.Width, m.tiling.Height
	if m.row < m.tiling.Rows {
		until = m.tiling.Tiles[m.row*m.tiling.Columns].Rect.Min.Y
	}
	for ; m.top < until; m.top++ {
		var weight []float32
		if m.weighted {
			weight = m.weight[:width]
		}
		m.canvas.WriteRow(m.top, m.rgb[:3*width], weight)
		m.rgb, m.weight = m.rgb[3*width:], m.weight[width:]
	}
	if m.row == m.tiling.Rows {
		m.rgb, m.weight = nil, nil
		return
	}
	rows := m.tiling.Tiles[0].Rect.Dy()
	rgb, weight := make([]float32, 3*width*rows), make([]float32, width*rows)
	copy(rgb, m.rgb)
	copy(weight, m.weight)
	m.rgb, m.weight = rgb, weight
}
