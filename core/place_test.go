package core

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// easel lays tiles as a Layer does, in a picture that holds no numbers at first.
type easel struct {
	t      *testing.T
	next   int // tile
	rgb    []float32
	weight []float32
}

func newEasel(t *testing.T, width, height int) *easel {
	e := &easel{t: t, rgb: make([]float32, 3*width*height), weight: make([]float32, width*height)}
	for i := range e.rgb {
		e.rgb[i] = float32(math.NaN())
	}
	for i := range e.weight {
		e.weight[i] = float32(math.NaN())
	}
	return e
}

// lay lays what another runner has made of a tile.
func (e *easel) lay(job TileJob, r *TileResult) *TileResult {
	p := job.Place
	if p.Index != e.next {
		e.t.Errorf("tile %d comes after %d", p.Index, e.next-1)
	}
	e.next++
	n := job.Rect.Dx() * job.Rect.Dy()
	add := func(to *float32, seen bool, v float32) {
		if !seen {
			*to = 0
		}
		*to += v
	}
	for y, down := range p.Down {
		for x, across := range p.Across {
			at, from := (p.Y+y)*p.Width+p.X+x, y*job.Rect.Dx()+x
			f, seen := across*down, x < p.SeenX || y < p.SeenY
			for c := range 3 {
				add(&e.rgb[3*at+c], seen, float32(f*r.RGB[c*n+from]))
			}
			add(&e.weight[at], seen, float32(f*r.Weight[from]))
		}
	}
	laid := &TileResult{Weight: slices.Clone(e.weight[p.From*p.Width : p.To*p.Width]), Routes: r.Routes}
	for _, v := range e.rgb[3*p.From*p.Width : 3*p.To*p.Width] {
		laid.RGBA = append(laid.RGBA, Byte(v))
		if len(laid.RGBA)%4 == 3 {
			laid.RGBA = append(laid.RGBA, 255)
		}
	}
	return laid
}

// Tiles that are laid where they are computed, by what is said of their places, make the
// picture that they make when they are laid here; and that is not asked of who can't.
func TestFuseTakesLaidTiles(t *testing.T) {
	net := &Network{Config: tiny()}
	controls, _ := TaskControls(net.Config, "mef")
	for _, tc := range []struct {
		width, height, bound int
		refuses, laid        bool
	}{
		{width: 700, height: 900, bound: 336 * 336, laid: true},
		{width: 1500, height: 300, bound: 448 * 448, laid: true},
		{width: 113, height: 600, bound: 1, laid: true},
		{width: 449, height: 500, bound: 1, laid: true},
		{width: 700, height: 900, bound: 336 * 336, refuses: true},
		{width: 336, height: 336, bound: 336 * 336},
	} {
		t.Run(fmt.Sprintf("%+v", tc), func(t *testing.T) {
			echo := echo(net.Config)
			easel := newEasel(t, tc.width, tc.height)
			tiles := NewTiling(net.Config, tc.width, tc.height, tc.bound).Tiles
			var laid int
			fuse := func(canvas Canvas, lays func(width, rows int) bool) *Maps {
				src := noise{tc.width, tc.height}
				maps, err := net.Fuse(context.Background(), Request{
					A: src, B: src, Controls: controls, Maps: true, Bound: tc.bound, Lays: lays,
					Run: func(ctx context.Context, job TileJob, progress func(Step)) (*TileResult, error) {
						r, err := echo(ctx, job, progress)
						for i := range r.RGB { // overlapping tiles differ, so that their sums round
							r.RGB[i] /= float32(1 + job.Rect.Min.X + 3*job.Rect.Min.Y)
						}
						if job.Lay {
							laid++
							r = easel.lay(job, r)
						}
						return r, err
					},
				}, canvas)
				if err != nil {
					t.Fatal(err)
				}
				return maps
			}
			lays := func(width, rows int) bool {
				if width != tc.width || rows != tiles[0].Rect.Dy() {
					t.Errorf("asked for %d pixels and %d rows", width, rows)
				}
				return !tc.refuses
			}
			want := &weighed{RGBA: NewRGBA(tc.width, tc.height)}
			maps := fuse(want, nil)
			fuse(&kept{width: tc.width}, lays)
			if laid != 0 {
				t.Error("tiles are laid unasked, or for a canvas of floats")
			}
			got := &weighed{RGBA: NewRGBA(tc.width, tc.height)}
			if !slices.EqualFunc(fuse(got, lays).Routes, maps.Routes, func(a, b RouteMap) bool {
				return slices.Equal(a.X, b.X) && slices.Equal(a.T, b.T) && slices.Equal(a.Gates, b.Gates)
			}) {
				t.Error("other maps")
			}
			if !slices.Equal(got.Pix, want.Pix) || !slices.EqualFunc(got.weight, want.weight, slices.Equal) {
				t.Error("another picture")
			}
			if tc.laid != (laid == len(tiles)) || !tc.laid && laid > 0 {
				t.Errorf("%d of %d tiles were laid", laid, len(tiles))
			}
		})
	}
}

// What cannot be laid is refused before it is begun.
func TestRunTileRefusesToLay(t *testing.T) {
	net := &Network{Config: tiny()} // without a backend that could begin
	for want, job := range map[string]TileJob{
		"a half of a tile": {Lay: true, Place: &Place{}, Share: &Share{}},
		"needs a place":    {Lay: true},
	} {
		if _, err := net.RunTile(context.Background(), job, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
