package core

// mosaic joins tiles into a picture. It holds one row of tiles at a time as
// floats and hands finished pixel rows to the canvas, so its memory does not
// grow with the picture's height. Where tiles are laid as they are computed (Layer),
// it only hands on the rows that come of that.
type mosaic struct {
	tiling *Tiling
	canvas Canvas
	bytes  ByteCanvas // the canvas, where rows come as bytes; otherwise nil
	laid   bool       // tiles come laid
	maps   *Maps      // nil: not asked for

	row      int             // of tiles, being laid
	column   int             // of the tile that comes next
	waiting  map[int]arrived // by Tile.Index
	top      int             // pixel row of the first row held
	rgb      []float32
	weight   []float32
	weighted bool // the network has weights
}

// arrived is a tile that has been computed.
type arrived struct {
	place  *Place
	result *TileResult
}

func newMosaic(c Config, t *Tiling, canvas Canvas, req Request) *mosaic {
	m := &mosaic{tiling: t, canvas: canvas, waiting: map[int]arrived{}}
	if bytes, ok := canvas.(ByteCanvas); ok {
		m.laid = len(t.Tiles) > 1 && req.Lays != nil && req.Lays(t.Width, t.Tiles[0].Rect.Dy())
		if m.laid || len(t.Tiles) == 1 {
			m.bytes = bytes
		}
	}
	if req.Maps {
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

// add lays the tile of a place. Tiles may come in any order, but are laid in theirs: sums of
// overlapping ones round the same way every time.
func (m *mosaic) add(p *Place, r *TileResult) {
	m.waiting[p.Index] = arrived{p, r}
	for m.row < m.tiling.Rows && m.layRow() {
		m.row, m.column = m.row+1, 0
		m.flush()
	}
}

// layRow lays the tiles of the current row up to the first one that has not
// come yet, and reports whether that completes it.
func (m *mosaic) layRow() bool {
	for m.column < m.tiling.Columns {
		t := m.tiling.Tiles[m.next()]
		a, ok := m.waiting[t.Index]
		if !ok {
			return false
		}
		delete(m.waiting, t.Index)
		p, r := a.place, a.result
		switch {
		case m.laid:
			m.copy(r, p.To, p.Width)
		case r.RGBA != nil:
			m.copy(r, m.tiling.Height, t.Rect.Dx())
		default:
			m.lay(t, p, r)
		}
		if m.maps != nil {
			m.layMaps(t, r)
		}
		m.column++
	}
	return true
}

// next is the number of the first tile that is not laid yet.
func (m *mosaic) next() int { return m.row*m.tiling.Columns + m.column }

// copy hands over the rows up to one that have come as bytes, each stride pixels
// after the one before.
func (m *mosaic) copy(r *TileResult, to, stride int) {
	for at := 0; m.top < to; m.top, at = m.top+1, at+stride {
		var weight []float32
		if r.Weight != nil {
			weight = r.Weight[at:][:m.tiling.Width]
		}
		m.bytes.WriteBytes(m.top, r.RGBA[4*at:][:4*m.tiling.Width], weight)
	}
}

// lay adds a tile to the row of tiles held.
func (m *mosaic) lay(t Tile, p *Place, r *TileResult) {
	if m.rgb == nil {
		n := m.tiling.Width * t.Rect.Dy()
		m.rgb, m.weight = make([]float32, 3*n), make([]float32, n)
	}
	width, plane := t.Rect.Dx(), t.Rect.Dx()*t.Rect.Dy()
	m.weighted = r.Weight != nil
	for y, down := range p.Down {
		src := y * width
		dst := (p.Y+y-m.top)*m.tiling.Width + p.X
		for i, a := range p.Across {
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

// flush hands over the rows held that no later tile reaches, and keeps the rest.
func (m *mosaic) flush() {
	if m.rgb == nil {
		return
	}
	width, until := m.tiling.Width, m.tiling.finished(m.row)
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
