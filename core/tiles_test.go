package core

import (
	"fmt"
	"math"
	"testing"
)

func TestTiling(t *testing.T) {
	c := tiny()
	for _, tc := range []struct {
		width, height, bound int
		tiles                int // 0: several
	}{
		{1, 1, WholeBound, 1},
		{112, 112, WholeBound, 1},
		{1024, 1024, WholeBound, 1}, // a megapixel runs whole though its padding exceeds the bound
		{1025, 1024, WholeBound, 0},
		{4000, 3000, WholeBound, 20},
		{32768, 40, WholeBound, 0},
		{40, 32768, WholeBound, 0},
		{1100, 400, 336 * 336, 0},
		{341, 337, 336 * 336, 0},
		{449, 500, 1, 0}, // smaller than any tile can be
	} {
		t.Run(fmt.Sprint(tc.width, "×", tc.height, "/", tc.bound), func(t *testing.T) {
			tl := NewTiling(c, tc.width, tc.height, tc.bound)
			if n := len(tl.Tiles); (tc.tiles > 0 && n != tc.tiles) || (tc.tiles == 0 && n < 2) {
				t.Errorf("%d tiles", n)
			}
			if len(tl.Tiles) != tl.Columns*tl.Rows {
				t.Fatalf("%d tiles in %d columns and %d rows", len(tl.Tiles), tl.Columns, tl.Rows)
			}
			span := c.Span()
			across, down := make([]float64, tc.width), make([]float64, tc.height)
			for i, tile := range tl.Tiles {
				r := tile.Rect
				if r.Min.X%span != 0 || r.Min.Y%span != 0 || r.Dx()%span != 0 || r.Dy()%span != 0 || r.Empty() {
					t.Errorf("tile %d is %v, off the windows of %d pixels", i, r, span)
				}
				if r.Max.X >= tc.width+span || r.Max.Y >= tc.height+span || r.Min.X < 0 || r.Min.Y < 0 {
					t.Errorf("tile %d is %v, outside the padded picture", i, r)
				}
				if smallest := (overlap + 1) * span; len(tl.Tiles) > 1 && tc.bound >= smallest*smallest && r.Dx()*r.Dy() > tc.bound {
					t.Errorf("tile %d is %v, %d pixels", i, r, r.Dx()*r.Dy())
				}
				if i < tl.Columns {
					for x := range across {
						if x >= r.Min.X && x < r.Max.X {
							across[x] += float64(tile.x.weight(x))
						}
					}
				}
				if i%tl.Columns == 0 {
					for y := range down {
						if y >= r.Min.Y && y < r.Max.Y {
							down[y] += float64(tile.y.weight(y))
						}
					}
				}
			}
			for _, sums := range [][]float64{across, down} {
				for p, s := range sums {
					if math.Abs(s-1) > 1e-6 {
						t.Fatalf("weights at %d sum to %v", p, s)
					}
				}
			}
		})
	}
}

// Weights sum to 1 whatever a window's size: a tile's two ramps never meet.
func TestTilesSumForAnySpan(t *testing.T) {
	for span := 1; span <= 30; span++ {
		for length := 1; length <= 40; length++ {
			for side := overlap + 1; side <= 7; side++ {
				sums := make([]float64, length*span)
				for _, r := range cut(length, side, span) {
					for i, w := range r.weights(r.to) {
						sums[r.from+i] += float64(w)
					}
				}
				for p, s := range sums {
					if math.Abs(s-1) > 1e-6 {
						t.Fatalf("spans of %d, %d of them in tiles of %d: weights at %d sum to %v", span, length, side, p, s)
					}
				}
			}
		}
	}
}

// Where two tiles blend, neither may be within half a window of its own border.
func TestTilesBlendInside(t *testing.T) {
	c := tiny()
	tl := NewTiling(c, 5000, 100, WholeBound)
	for i := 1; i < tl.Columns; i++ {
		before, after := tl.Tiles[i-1], tl.Tiles[i]
		if edge := before.Rect.Max.X; before.x.weight(edge-c.Span()/2) != 0 {
			t.Errorf("tile %d still counts half a window before its end at %d", i-1, edge)
		}
		if edge := after.Rect.Min.X; after.x.weight(edge+c.Span()/2-1) != 0 {
			t.Errorf("tile %d counts within half a window of its start at %d", i, edge)
		}
	}
}
