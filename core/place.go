package core

// Place is where a tile lies among the others of its picture, for who lays them into
// one another. All lengths are in pixels.
type Place struct {
	// Index is the tile's number. Tiles are laid in the order of their numbers.
	Index int
	// Width is the picture's; X, Y is the tile's corner in it.
	Width, X, Y int
	// Across and Down are the weights of the tile's columns and rows, as far as
	// these lie in the picture. A pixel counts with the product of the two; those of
	// all tiles over a pixel sum to 1.
	Across, Down []float32
	// SeenX and SeenY tell which pixels of the tile earlier ones cover as well, counted
	// from its corner: those in columns before SeenX or rows before SeenY.
	SeenX, SeenY int
	// From and To are the picture's rows From ≤ y < To that no later tile reaches and
	// an earlier one has left unfinished: none but for the last tile of a row of tiles.
	From, To int
}

// place is where a tile of the tiling lies.
func (t *Tiling) place(tile Tile) *Place {
	r := tile.Rect
	p := &Place{
		Index: tile.Index, Width: t.Width, X: r.Min.X, Y: r.Min.Y,
		Across: tile.x.weights(min(r.Max.X, t.Width)), Down: tile.y.weights(min(r.Max.Y, t.Height)),
	}
	row, column := tile.Index/t.Columns, tile.Index%t.Columns
	if column > 0 {
		p.SeenX = t.Tiles[tile.Index-1].Rect.Max.X - r.Min.X
	}
	if row > 0 {
		p.SeenY = t.Tiles[tile.Index-t.Columns].Rect.Max.Y - r.Min.Y
	}
	p.From, p.To = t.finished(row), t.finished(row)
	if column == t.Columns-1 {
		p.To = t.finished(row + 1)
	}
	return p
}

// finished is how many pixel rows, from the top, are finished after so many rows of
// tiles.
func (t *Tiling) finished(rows int) int {
	if rows == t.Rows {
		return t.Height
	}
	return t.Tiles[rows*t.Columns].Rect.Min.Y
}
