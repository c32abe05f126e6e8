package core

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// noise is a picture whose every pixel can be told.
type noise struct{ width, height int }

func (p noise) Size() (int, int) { return p.width, p.height }
func (p noise) ReadRow(rgb []float32, y, x0, x1 int) {
	for x := x0; x < x1; x++ {
		for c := range 3 {
			rgb[3*(x-x0)+c] = float32((x*31+y*17+c*7)%256) / 255
		}
	}
}

// echo is a tile runner that returns the first source, with the tile's own
// number as the first MoA's prompt.
func echo(cfg Config) func(context.Context, TileJob, func(Step)) (*TileResult, error) {
	return func(ctx context.Context, job TileJob, progress func(Step)) (*TileResult, error) {
		for range rand.IntN(20) { // tiles end in any order
			runtime.Gosched()
		}
		n := job.Rect.Dx() * job.Rect.Dy()
		r := &TileResult{RGB: make([]float32, 3*n), Weight: make([]float32, n)}
		ReadTile(r.RGB, job.A, job.Rect)
		copy(r.Weight, r.RGB[:n])
		tokens := n / cfg.Cell() / cfg.Cell()
		for range cfg.MoAs() {
			m := RouteMap{X: make([]float32, tokens), T: make([]float32, tokens), Gates: make([]float32, tokens*cfg.Experts)}
			across := job.Rect.Dx() / cfg.Cell()
			for i := range m.X {
				m.X[i] = float32(job.Rect.Min.X/cfg.Cell() + i%across)
				m.T[i] = float32(job.Rect.Min.Y/cfg.Cell() + i/across)
				m.Gates[i*cfg.Experts] = m.X[i]
			}
			r.Routes = append(r.Routes, m)
		}
		if progress != nil {
			progress(Step{Name: "all", Done: 1, Total: 1})
		}
		return r, ctx.Err()
	}
}

type kept struct {
	width  int
	rows   [][]float32
	weight [][]float32
}

func (k *kept) WriteRow(y int, rgb, weight []float32) {
	if y != len(k.rows) {
		panic(fmt.Sprintf("row %d came after %d rows", y, len(k.rows)))
	}
	k.rows = append(k.rows, append([]float32(nil), rgb...))
	k.weight = append(k.weight, append([]float32(nil), weight...))
}

// Tiles that reproduce their source must join to the source, whatever their
// sizes, number and order.
func TestFuseJoinsTiles(t *testing.T) {
	net := &Network{Config: tiny()}
	controls, _ := TaskControls(net.Config, "mef")
	for _, tc := range []struct{ width, height, bound, parallel int }{
		{112, 112, 0, 1}, {5, 3, 0, 1}, {700, 900, 336 * 336, 1}, {700, 900, 336 * 336, 5}, {1500, 300, 448 * 448, 3},
	} {
		src := noise{tc.width, tc.height}
		out := &kept{width: tc.width}
		var last atomic.Int64
		maps, err := net.Fuse(context.Background(), Request{
			A: src, B: src, Controls: controls, Maps: true, Bound: tc.bound, Parallel: tc.parallel, Run: echo(net.Config),
			Progress: func(p Progress) { last.Add(1) },
		}, out)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.rows) != tc.height {
			t.Fatalf("%v: %d rows", tc, len(out.rows))
		}
		if n := len(NewTiling(net.Config, tc.width, tc.height, max(tc.bound, 1)).Tiles); tc.bound > 0 && last.Load() != int64(n) {
			t.Errorf("%v: progress of %d tiles, want %d", tc, last.Load(), n)
		}
		want := make([]float32, 3*tc.width)
		for y, row := range out.rows {
			src.ReadRow(want, y, 0, tc.width)
			for i := range row {
				if math.Abs(float64(row[i]-want[i])) > 1e-6 {
					t.Fatalf("%v: row %d value %d is %v, want %v", tc, y, i, row[i], want[i])
				}
			}
			for x, w := range out.weight[y] {
				if math.Abs(float64(w-want[3*x])) > 1e-6 {
					t.Fatalf("%v: weight at %d, %d is %v, want %v", tc, x, y, w, want[3*x])
				}
			}
		}
		for j, r := range maps.Routes {
			for i := range r.X {
				x, y := float32(i%maps.Cols), float32(i/maps.Cols)
				if r.X[i] != x || r.T[i] != y || r.Gates[i*net.Config.Experts] != x {
					t.Fatalf("%v: MoA %d, token %d is that of %v, %v", tc, j, i, r.X[i], r.T[i])
				}
			}
		}
	}
}

// A picture that is one tile may come as bytes, and only where the canvas is of bytes.
func TestFuseTakesBytes(t *testing.T) {
	net := &Network{Config: tiny()}
	controls, _ := TaskControls(net.Config, "mef")
	for _, tc := range []struct {
		width, height, bound int
		bytes                bool
	}{{112, 112, 0, true}, {5, 3, 0, true}, {120, 230, 0, true}, {700, 900, 336 * 336, false}} {
		echo := echo(net.Config)
		fuse := func(canvas Canvas) *Maps {
			src := noise{tc.width, tc.height}
			_, isBytes := canvas.(ByteCanvas)
			maps, err := net.Fuse(context.Background(), Request{
				A: src, B: src, Controls: controls, Maps: true, Bound: tc.bound,
				Run: func(ctx context.Context, job TileJob, progress func(Step)) (*TileResult, error) {
					if job.Bytes != (tc.bytes && isBytes) {
						t.Errorf("%v: bytes %v", tc, job.Bytes)
					}
					r, err := echo(ctx, job, progress)
					if job.Bytes {
						r.RGBA, r.RGB = rounded(r.RGB), nil
					}
					return r, err
				},
			}, canvas)
			if err != nil {
				t.Fatal(err)
			}
			return maps
		}
		got, want := NewRGBA(tc.width, tc.height), NewRGBA(tc.width, tc.height)
		weighed, floats := &weighed{RGBA: got}, &kept{width: tc.width}
		maps := fuse(weighed)
		if !slices.EqualFunc(maps.Routes, fuse(floats).Routes, func(a, b RouteMap) bool {
			return slices.Equal(a.X, b.X) && slices.Equal(a.T, b.T) && slices.Equal(a.Gates, b.Gates)
		}) {
			t.Errorf("%v: other maps", tc)
		}
		for y, row := range floats.rows {
			want.WriteRow(y, row, nil)
		}
		if !slices.Equal(got.Pix, want.Pix) || !slices.EqualFunc(weighed.weight, floats.weight, slices.Equal) {
			t.Errorf("%v: another picture", tc)
		}
	}
}

// rounded is a tile's RGB as a Rounder gives it.
func rounded(rgb []float32) []uint8 {
	n := len(rgb) / 3
	out := make([]uint8, 4*n)
	for i := range n {
		out[4*i], out[4*i+1], out[4*i+2], out[4*i+3] = Byte(rgb[i]), Byte(rgb[n+i]), Byte(rgb[2*n+i]), 255
	}
	return out
}

// weighed is a canvas of bytes that keeps the weights, too.
type weighed struct {
	*RGBA
	weight [][]float32
}

func (w *weighed) WriteRow(y int, rgb, weight []float32) {
	w.RGBA.WriteRow(y, rgb, nil)
	w.weight = append(w.weight, slices.Clone(weight))
}

func (w *weighed) WriteBytes(y int, rgba []uint8, weight []float32) {
	w.RGBA.WriteBytes(y, rgba, nil)
	w.weight = append(w.weight, slices.Clone(weight))
}

// The order in which tiles end must not show, not even in the last bit: pools
// of every size give the same picture.
func TestFuseIgnoresTheOrderOfTiles(t *testing.T) {
	const width, height = 700, 900
	net := &Network{Config: tiny()}
	controls, _ := TaskControls(net.Config, "mef")
	fuse := func(parallel int) *kept {
		out := &kept{width: width}
		src := noise{width, height}
		echo := echo(net.Config)
		_, err := net.Fuse(context.Background(), Request{
			A: src, B: src, Controls: controls, Bound: 336 * 336, Parallel: parallel,
			Run: func(ctx context.Context, job TileJob, progress func(Step)) (*TileResult, error) {
				r, err := echo(ctx, job, progress)
				for i := range r.RGB { // overlapping tiles differ, so that their sums round
					r.RGB[i] /= float32(1 + job.Rect.Min.X + 3*job.Rect.Min.Y)
				}
				return r, err
			},
		}, out)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := fuse(1)
	for parallel := 2; parallel < 10; parallel++ {
		got := fuse(parallel)
		if !slices.EqualFunc(got.rows, want.rows, slices.Equal) || !slices.EqualFunc(got.weight, want.weight, slices.Equal) {
			t.Errorf("%d tiles at a time give another picture than one", parallel)
		}
	}
}

// A slow tile must not let the others pile up behind it.
func TestFuseWaitsForSlowTiles(t *testing.T) {
	net := &Network{Config: tiny()}
	controls, _ := TaskControls(net.Config, "mff")
	const parallel = 3
	src := noise{1100, 1100}
	tiles := len(NewTiling(net.Config, 1100, 1100, 336*336).Tiles)
	run := echo(net.Config)
	var started atomic.Int64
	full := make(chan bool)
	_, err := net.Fuse(context.Background(), Request{
		A: src, B: src, Controls: controls, Bound: 336 * 336, Parallel: parallel,
		Run: func(ctx context.Context, job TileJob, p func(Step)) (*TileResult, error) {
			if started.Add(1) == 2*parallel {
				close(full)
			}
			if job.Rect.Min == (image.Point{}) { // the first tile ends last of those that may start
				<-full
				for range 1000 {
					runtime.Gosched()
				}
				if n := started.Load(); n > 2*parallel {
					t.Errorf("%d tiles started before the first was done, want at most %d", n, 2*parallel)
				}
			}
			return run(ctx, job, p)
		},
	}, NewRGBA(1100, 1100))
	if err != nil {
		t.Fatal(err)
	}
	if n := int(started.Load()); n != tiles || tiles <= 2*parallel {
		t.Errorf("%d of %d tiles ran", n, tiles)
	}
}

func TestFuseStops(t *testing.T) {
	net := &Network{Config: tiny()}
	controls, _ := TaskControls(net.Config, "vif")
	src := noise{900, 900}
	broken := errors.New("a tile broke")
	ctx, cancel := context.WithCancel(context.Background())
	for _, tc := range []struct {
		name string
		want error
		run  func(context.Context, TileJob, func(Step)) (*TileResult, error)
	}{
		{"fault", broken, func(context.Context, TileJob, func(Step)) (*TileResult, error) { return nil, broken }},
		{"cancel", context.Canceled, func(ctx context.Context, _ TileJob, _ func(Step)) (*TileResult, error) {
			cancel()
			<-ctx.Done()
			return nil, ctx.Err()
		}},
	} {
		_, err := net.Fuse(ctx, Request{A: src, B: src, Controls: controls, Bound: 336 * 336, Parallel: 3, Run: tc.run}, NewRGBA(900, 900))
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v", tc.name, err)
		}
	}
}

func TestFuseRefuses(t *testing.T) {
	net := &Network{Config: tiny()}
	good, _ := TaskControls(net.Config, "vif")
	change := func(f func(c *Controls)) Controls { c := good; f(&c); return c }
	for _, tc := range []struct {
		want string
		a, b Picture
		c    Controls
	}{
		{"needs two pictures", noise{1, 1}, nil, good},
		{"10×20 pixels and the second 20×10", noise{10, 20}, noise{20, 10}, good},
		{"sides of 1 to", noise{0, 5}, noise{0, 5}, good},
		{"sides of 1 to", noise{40000, 5}, noise{40000, 5}, good},
		{"router has 0 weights", noise{1, 1}, noise{1, 1}, Controls{}},
		{"sum to 1.5", noise{1, 1}, noise{1, 1}, change(func(c *Controls) { c.Router = []float32{1, .5, 0} })},
		{"not a share", noise{1, 1}, noise{1, 1}, change(func(c *Controls) { c.Router = []float32{2, -1, 0} })},
		{"every expert is switched off", noise{1, 1}, noise{1, 1}, change(func(c *Controls) { c.Experts = make([]bool, 4) })},
		{"2 switches", noise{1, 1}, noise{1, 1}, change(func(c *Controls) { c.Experts = make([]bool, 2) })},
		{"1 entries", noise{1, 1}, noise{1, 1}, change(func(c *Controls) { c.Prompts = make([]Prompt, 1) })},
		{"not finite", noise{1, 1}, noise{1, 1}, change(func(c *Controls) {
			c.SetPrompt(net.Config, Prompt{Alpha: float32(math.NaN())})
		})},
		{"region is 2×2 with 3", noise{1, 1}, noise{1, 1}, change(func(c *Controls) { c.Region = &Region{2, 2, make([]float32, 3)} })},
	} {
		_, err := net.Fuse(context.Background(), Request{A: tc.a, B: tc.b, Controls: tc.c}, NewRGBA(1, 1))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("want an error with %q, got %v", tc.want, err)
		}
	}
}

func TestUnknownTask(t *testing.T) {
	if _, err := TaskControls(tiny(), "dance"); err == nil || !strings.Contains(err.Error(), `"dance"`) {
		t.Errorf("got %v", err)
	}
}

// The region is linear between the centres of its cells and constant beyond.
func TestRegion(t *testing.T) {
	r := &Region{Width: 2, Height: 1, Beta: []float32{-1, 1}}
	for _, tc := range []struct{ x, want float64 }{{0, -1}, {25, -1}, {50, 0}, {62.5, 0.5}, {75, 1}, {130, 1}} {
		if got := r.sample(tc.x, 3, 100, 10); math.Abs(float64(got)-tc.want) > 1e-6 {
			t.Errorf("at %v: %v, want %v", tc.x, got, tc.want)
		}
	}
}
