package settings

import (
	"math"
	"slices"
)

// Stroke is one pull of the brush over the picture.
type Stroke struct {
	Kind     Kind
	Strength int // in hundredths of MostBeta, from 1 to 100
	Size     int // the brush's diameter, in thousandths of the picture's longer side
	Points   []Point
}

// Kind is what a stroke does.
type Kind byte

// The kinds of strokes, as a link has them.
const (
	First  Kind = 'f' // pulls towards the first source
	Second Kind = 's' // pulls towards the second
	Erase  Kind = 'e' // takes away what strokes before it did
)

// Point is a place in the picture, in thousandths of its width and height.
type Point struct{ X, Y int }

// Limits of strokes.
const (
	MostStrokes = 200
	MostPoints  = 400
	LeastSize   = 10
	MostSize    = 600
)

// MostBeta is the shift of the prompts under a stroke of full strength: it makes
// any prompt that of a source that is sure.
const MostBeta = 0.5

// Equal tells whether two strokes are the same.
func (s Stroke) Equal(o Stroke) bool {
	return s.Kind == o.Kind && s.Strength == o.Strength && s.Size == o.Size && slices.Equal(s.Points, o.Points)
}

// Room tells whether the stroke can be continued.
func (s Stroke) Room() bool { return len(s.Points) < MostPoints }

// Far tells whether a point is so far from the last one that it is worth keeping:
// a quarter of the brush.
func (s Stroke) Far(p Point, width, height int) bool {
	last := s.Points[len(s.Points)-1]
	long := float64(max(width, height))
	dx, dy := float64((p.X-last.X)*width)/long, float64((p.Y-last.Y)*height)/long
	return math.Hypot(dx, dy) >= float64(s.Size)/4
}

// Region is the shift of the prompts over a picture, a grid.
type Region struct {
	Width, Height int
	Beta          []float32
}

// mostCells is a region's longer side. The brush's edge is soft: finer cells
// would change nothing.
const mostCells = 128

// NewRegion is what strokes make of a picture of a size in pixels, whose tokens
// are cell pixels a side; nil if they leave nothing.
func NewRegion(strokes []Stroke, width, height, cell int) *Region {
	long := max(width, height)
	cells := min(mostCells, (long+cell-1)/cell)
	r := &Region{Width: max(1, (width*cells+long/2)/long), Height: max(1, (height*cells+long/2)/long)}
	r.Beta = make([]float32, r.Width*r.Height)
	cover := make([]float32, len(r.Beta))
	for _, s := range strokes {
		clear(cover)
		s.cover(cover, r.Width, r.Height, float64(width)/float64(long), float64(height)/float64(long))
		target := float32(s.Strength) / 100 * MostBeta
		switch s.Kind {
		case Second:
			target = -target
		case Erase:
			target = 0
		}
		for i, c := range cover {
			if s.Kind == Erase {
				c *= float32(s.Strength) / 100
			}
			r.Beta[i] += c * (target - r.Beta[i])
		}
	}
	if !slices.ContainsFunc(r.Beta, func(v float32) bool { return v != 0 }) {
		return nil
	}
	return r
}

// cover sets how much of the stroke lies on each cell, from 0 to 1: all under
// the inner half of the brush, nothing beyond its edge. The sides of the picture
// are given as shares of the longer one.
func (s Stroke) cover(cover []float32, columns, rows int, width, height float64) {
	radius := float64(s.Size) / 2000
	at := func(p Point) (x, y float64) { return float64(p.X) / 1000 * width, float64(p.Y) / 1000 * height }
	for i := range s.Points {
		x0, y0 := at(s.Points[max(i-1, 0)])
		x1, y1 := at(s.Points[i])
		left, right := span(min(x0, x1)-radius, max(x0, x1)+radius, width, columns)
		top, bottom := span(min(y0, y1)-radius, max(y0, y1)+radius, height, rows)
		for row := top; row < bottom; row++ {
			y := (float64(row) + 0.5) / float64(rows) * height
			for column := left; column < right; column++ {
				x := (float64(column) + 0.5) / float64(columns) * width
				d := distance(x, y, x0, y0, x1, y1) / radius
				t := min(max(2*(1-d), 0), 1)
				c := &cover[row*columns+column]
				*c = max(*c, float32(t*t*(3-2*t)))
			}
		}
	}
}

// span is the cells that a part of an axis may touch.
func span(from, to, length float64, cells int) (first, end int) {
	first = int(math.Floor(from / length * float64(cells)))
	end = int(math.Ceil(to / length * float64(cells)))
	return min(max(first, 0), cells), min(max(end, 0), cells)
}

// distance of a point from a line between two others.
func distance(x, y, x0, y0, x1, y1 float64) float64 {
	dx, dy := x1-x0, y1-y0
	t := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		t = min(max(((x-x0)*dx+(y-y0)*dy)/square, 0), 1)
	}
	return math.Hypot(x-x0-t*dx, y-y0-t*dy)
}
