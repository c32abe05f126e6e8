package core

import "math"

// tableSide is the side of the fixed position table that the networks were
// trained with, in tokens.
const tableSide = 14

// maxTables bounds the tables that are kept: pictures come in ever other sizes.
const maxTables = 8

// positions returns the position table of a grid of h×w tokens at width dim.
//
// The fixed table is 2-D sine-cosine: with half = dim/2 and
// ω_k = 10000^(-k/(half/2)), a coordinate p becomes [sin(p·ω), cos(p·ω)]; the
// first half of the channels encodes the column, the second the row.
//
// The tables of the grids seen last are kept, so a backend may know them by their
// addresses.
func (n *Network) positions(h, w, dim int) *Table {
	stretch := n.Config.PosEmbed == PosStretch
	if !stretch {
		h, w = n.Config.Window, n.Config.Window
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := [3]int{h, w, dim}
	t := n.tables[key]
	if t == nil {
		if stretch {
			t = sinCos(tableSide, dim).stretch(h, w)
		} else {
			t = sinCos(h, dim)
		}
		if n.tables == nil || len(n.tables) == maxTables {
			n.tables = map[[3]int]*Table{}
		}
		n.tables[key] = t
	}
	return t
}

func sinCos(side, dim int) *Table {
	t := &Table{Rows: side, Cols: side, Dim: dim, Values: make([]float32, side*side*dim)}
	half, quarter := dim/2, dim/4
	waves := make([]float32, side*half) // of every coordinate
	for k := range quarter {
		omega := math.Pow(10000, -float64(k)/float64(quarter))
		for p := range side {
			sin, cos := math.Sincos(float64(p) * omega)
			waves[p*half+k] = float32(sin)
			waves[p*half+quarter+k] = float32(cos)
		}
	}
	for r := range side {
		for c := range side {
			v := t.Values[(r*side+c)*dim:]
			copy(v[:half], waves[c*half:])
			copy(v[half:2*half], waves[r*half:])
		}
	}
	return t
}

// stretch resizes the table bilinearly to width w, height h in the order of
// the published code: to (w, h) as if (rows, columns), flattened and read as
// h rows of w. For h ≠ w that mixes the axes up, and the weights expect it.
func (t *Table) stretch(h, w int) *Table {
	out := &Table{Rows: h, Cols: w, Dim: t.Dim, Values: make([]float32, h*w*t.Dim)}
	for i := range w { // "rows" of the resized table
		r0, r1, fr := LinearTap(i, w, t.Rows)
		for j := range h { // its "columns"
			c0, c1, fc := LinearTap(j, h, t.Cols)
			dst := out.Values[(i*h+j)*t.Dim:][:t.Dim]
			for k := range dst {
				at := func(r, c int) float32 { return t.Values[(r*t.Cols+c)*t.Dim+k] }
				top := Lerp(at(r0, c0), at(r0, c1), fc)
				bottom := Lerp(at(r1, c0), at(r1, c1), fc)
				dst[k] = Lerp(top, bottom, fr)
			}
		}
	}
	return out
}

// Lerp is the point between a and b at fraction f. As everywhere in core,
// products are rounded before they are added, which the conversions force:
// some processors could do both in one step, others and WebAssembly cannot, and
// all are to make the same picture.
func Lerp(a, b, f float32) float32 { return float32(a*(1-f)) + float32(b*f) }

// LinearTap gives the two samples and the weight of the second for output i of
// n when size samples are resized linearly, pixel centres aligned
// (align_corners = false).
func LinearTap(i, n, size int) (i0, i1 int, frac float32) {
	p := max(0, (float32(i)+0.5)*float32(size)/float32(n)-0.5)
	i0 = min(int(p), size-1)
	return i0, min(i0+1, size-1), p - float32(i0)
}
