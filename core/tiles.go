package core

import (
	"image"
	"math"
)

// WholeBound is up to how many pixels a picture is fused in one piece. Larger
// ones are cut into overlapping tiles of about that size, so that memory does
// not grow with the picture.
const WholeBound = 1 << 20

// overlap is by how many windows neighbouring tiles overlap. Half a window
// beside a tile's border has attended round the corner (shifted windows wrap),
// so that strip is not used, and the blend has a window's width between the
// two strips.
const overlap = 2

// Tile is a piece of a picture: the network runs on Rect, and its result
// counts with a weight that rises and falls in the overlaps.
type Tile struct {
	Index int
	Rect  image.Rectangle // pixels; sides are multiples of Config.Span
	x, y  ramp
}

// Tiling is how a picture is cut. All tiles have one size; tile i of a row of
// Columns is tile i mod Columns.
type Tiling struct {
	Width, Height int // of the picture, pixels
	Columns, Rows int
	Tiles         []Tile
	cell          int
}

// NewTiling cuts a picture into tiles of at most bound pixels, or none at all
// where the picture has no more than that itself.
func NewTiling(c Config, width, height, bound int) *Tiling {
	span := c.Span()
	lw, lh := (width+span-1)/span, (height+span-1)/span // the padded picture, in windows
	sideW, sideH := lw, lh
	if width*height > bound {
		area := max(bound/(span*span), 1)
		side := max(int(math.Sqrt(float64(area))), overlap+1)
		switch { // an elongated picture gets elongated tiles
		case lh <= side:
			sideW = max(area/lh, overlap+1)
		case lw <= side:
			sideH = max(area/lw, overlap+1)
		default:
			sideW, sideH = side, side
		}
	}
	xs, ys := cut(lw, sideW, span), cut(lh, sideH, span)
	t := &Tiling{Width: width, Height: height, Columns: len(xs), Rows: len(ys), cell: c.Cell()}
	for _, y := range ys {
		for _, x := range xs {
			rect := image.Rect(x.from, y.from, x.to, y.to)
			t.Tiles = append(t.Tiles, Tile{Index: len(t.Tiles), Rect: rect, x: x, y: y})
		}
	}
	return t
}

// ramp is a tile's extent along one axis, and its weight there: 0 before
// rise[0], 1 from rise[1] to fall[0], 0 from fall[1].
type ramp struct {
	from, to   int
	rise, fall [2]int
}

// cut places equal tiles of at most side windows along an axis of length
// windows. All origins are multiples of a window, so tiles agree on where the
// windows lie.
func cut(length, side, span int) []ramp {
	n := 1
	if length > side {
		n = (length - overlap + side - overlap - 1) / (side - overlap)
		side = (length + (n-1)*overlap + n - 1) / n
	}
	side = min(side, length)
	tiles := make([]ramp, n)
	for i := range tiles {
		from := 0
		if n > 1 {
			from = i * (length - side) / (n - 1)
		}
		t := &tiles[i]
		t.from, t.to = from*span, (from+side)*span
		t.rise, t.fall = [2]int{t.from, t.from}, [2]int{t.to, t.to}
		if i > 0 {
			p := &tiles[i-1]
			quarter := (p.to - t.from + 3) / 4 // rounded up, or a tile's two ramps would share a pixel
			blend := [2]int{t.from + quarter, p.to - quarter}
			p.fall, t.rise = blend, blend
		}
	}
	return tiles
}

// weight at pixel p of the axis. Neighbours' weights sum to 1.
func (r ramp) weight(p int) float32 {
	return smooth(p, r.rise) * (1 - smooth(p, r.fall))
}

// weights are those of the pixels from the tile's beginning up to end.
func (r ramp) weights(end int) []float32 {
	w := make([]float32, end-r.from)
	for i := range w {
		w[i] = r.weight(r.from + i)
	}
	return w
}

func smooth(p int, between [2]int) float32 {
	if p < between[0] {
		return 0
	}
	if p >= between[1] {
		return 1
	}
	v := (float32(p-between[0]) + 0.5) / float32(between[1]-between[0])
	return v * v * (3 - 2*v)
}
