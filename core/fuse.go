package core

import (
	"context"
	"errors"
	"fmt"
	"image"
)

// Request asks for a fusion of a registered pair: two pictures of one scene,
// of one size.
type Request struct {
	A, B     Picture
	Controls Controls
	// Maps asks for what the mixtures of adapters decided, token by token.
	Maps bool
	// Checkpoints keep what a further fusion of the same pair can go on from, and
	// have this one go on from what they hold; nil means neither.
	Checkpoints *Checkpoints
	// Bound is the size in pixels up to which a picture runs whole, and the
	// most that a tile of a larger one has; 0 means WholeBound.
	Bound int
	// Parallel is how many tiles the runner takes at once; 0 means 1.
	Parallel int
	// Run computes a tile; nil means Network.RunTile. A pool sends it elsewhere.
	Run func(ctx context.Context, job TileJob, progress func(Step)) (*TileResult, error)
	// Lays tells whether Run can lay tiles of so many pixel rows into a picture of
	// width pixels where it computes them (Layer). It must then take them in the order
	// of their numbers, whatever Parallel is. nil means that it can't.
	Lays func(width, rows int) bool
	// Progress is told of every step of every tile. It is called from the
	// goroutine that runs the tile.
	Progress func(Progress)
}

// Progress is how far a fusion has come.
type Progress struct {
	Tile, Tiles int // the tile at work, and how many there are
	Step
}

// TileJob is everything that the computation of one tile needs.
type TileJob struct {
	A, B     Picture
	Rect     image.Rectangle // in the pictures' pixels, exceeding them where padding is due
	Place    *Place          // of the tile in the whole: Fuse gives every tile one; nil for a tile by itself
	Controls Controls        // its Region is not looked at
	Beta     []float32       // the region's share: a value a token, or nil
	Maps     bool
	Bytes    bool // RGBA will do in place of RGB
	Lay      bool // the tile is to be laid in its Place, by a Layer, after those before it, and not shared
	// Checkpoints are those of the network that computes the tile; nil means none.
	Checkpoints *Checkpoints
	// Share says which half of the tile to compute, and leads to who computes the
	// other; nil means the whole tile. The first half has the maps and the
	// checkpoints of the whole, and the second goes on from where the first does.
	Share *Share
}

// TileResult is a fused tile, or the pixel rows of a half of one. Of a tile that was
// laid it has the rows of the picture that are finished with it: RGBA and Weight are
// those of h = Place.To-Place.From rows of w = Place.Width pixels.
type TileResult struct {
	RGB    []float32 // 3×h×w in [0,1]
	RGBA   []uint8   // h×w×4, in place of RGB where bytes do and the pass is a Rounder
	Weight []float32 // h×w, the first source's share; nil where the head has none
	Routes []RouteMap
	// Reused is how many blocks, of the encoder's and the decoder's, a checkpoint
	// made unnecessary.
	Reused int
}

// RouteMap is what a mixture of adapters decided for a grid of tokens.
type RouteMap struct {
	X, T  []float32 // the prompts of the first and the second source, N each
	Gates []float32 // N×E
}

// Maps are the decisions for a whole picture: a Rows×Cols grid of tokens, each
// Cell pixels a side, for every MoA, the encoder's first.
type Maps struct {
	Rows, Cols, Cell int
	Routes           []RouteMap
}

// Fuse computes the fusion and writes it to canvas. It returns the maps where
// they were asked for, and ctx's error if that ended first.
func (n *Network) Fuse(ctx context.Context, req Request, canvas Canvas) (*Maps, error) {
	width, height, err := CommonSize(req.A, req.B)
	if err != nil {
		return nil, err
	}
	if err := req.Controls.Validate(n.Config); err != nil {
		return nil, err
	}
	if req.Bound == 0 {
		req.Bound = WholeBound
	}
	if req.Run == nil {
		req.Run = n.RunTile
	}
	tiling := NewTiling(n.Config, width, height, req.Bound)
	m := newMosaic(n.Config, tiling, canvas, req)
	if err := runTiles(ctx, req, tiling, m); err != nil {
		return nil, err
	}
	return m.maps, nil
}

// RunTile computes one tile, or a half of one, on the network's own backend.
func (n *Network) RunTile(ctx context.Context, job TileJob, progress func(Step)) (*TileResult, error) {
	switch {
	case job.Lay && job.Share != nil:
		return nil, errors.New("a half of a tile cannot be laid")
	case job.Lay && job.Place == nil:
		return nil, errors.New("a tile that is to be laid needs a place")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	in := Input{A: job.A, B: job.B, Tile: job.Rect, Config: n.Config}
	pass, err := n.Backend.Begin(ctx, in)
	if err != nil {
		return nil, err
	}
	keeper, _ := pass.(Keeper)
	rounder, _ := pass.(Rounder)
	layer, _ := pass.(Layer)
	if job.Lay && layer == nil {
		return nil, errors.New("this backend cannot lay tiles into one another")
	}
	var half *shared
	if job.Share != nil {
		if half, err = job.Share.share(ctx, stop, pass, in); err != nil {
			return nil, err
		}
		pass = half
	}
	var course *resumed // nil: from the beginning
	switch {
	case half != nil && half.half == SecondHalf:
		course = half.follow(n.Config)
		pass = course
	case keeper != nil && job.Checkpoints != nil:
		r := job.Checkpoints.resume(pass, keeper, in, job.Controls, job.Beta)
		course, pass = &r.resumed, r
	}
	if half != nil && half.half == FirstHalf {
		half.lead(course)
	}
	var trace Trace
	if progress != nil {
		trace = func(s Step, _ Activation) {
			if ctx.Err() == nil {
				progress(s)
			}
		}
	}
	out := n.Forward(pass, in, job.Controls, job.Beta, trace)
	var read []Activation
	weighted := out.Weight != nil && !job.Lay
	if weighted {
		read = append(read, out.Weight)
	}
	if job.Maps && (half == nil || half.half == FirstHalf) {
		for _, r := range out.Routes {
			read = append(read, r.Prompts, r.Gates)
		}
	}
	res := &TileResult{}
	var values [][]float32
	switch {
	case job.Lay:
		res.RGBA, res.Weight, values, err = layer.Lay(job.Place, out.Pixels, out.Weight, read...)
	case job.Bytes && rounder != nil:
		res.RGBA, values, err = rounder.FinishBytes(out.Pixels, read...)
	default:
		res.RGB, values, err = pass.Finish(out.Pixels, read...)
	}
	if half != nil && half.fault != nil {
		return nil, half.fault
	}
	if err != nil {
		return nil, err
	}
	if course != nil {
		res.Reused = course.blocks
	}
	if weighted {
		res.Weight, values = values[0], values[1:]
		if half != nil {
			res.Weight = half.lines(res.Weight)
		}
	}
	for ; len(values) > 0; values = values[2:] {
		half := len(values[0]) / 2
		res.Routes = append(res.Routes, RouteMap{X: values[0][:half], T: values[0][half:], Gates: values[1]})
	}
	return res, nil
}

// maxSide bounds a picture's sides: far above any camera, and small enough
// that a product of two fits an int anywhere.
const maxSide = 1 << 15

// CommonSize is the size of a pair, or an error that says why it can't be fused.
func CommonSize(a, b Picture) (width, height int, err error) {
	if a == nil || b == nil {
		return 0, 0, errors.New("a fusion needs two pictures")
	}
	wa, ha := a.Size()
	wb, hb := b.Size()
	switch {
	case wa != wb || ha != hb:
		return 0, 0, fmt.Errorf("the first picture is %d×%d pixels and the second %d×%d: both must be of one size and show the same scene, pixel on pixel", wa, ha, wb, hb)
	case wa < 1 || ha < 1 || wa > maxSide || ha > maxSide:
		return 0, 0, fmt.Errorf("the pictures are %d×%d pixels: sides of 1 to %d can be fused", wa, ha, maxSide)
	}
	return wa, ha, nil
}

// runTiles runs all tiles, up to req.Parallel at once, in order of their
// start, and lays each into the mosaic as it is done. It never runs far ahead of
// a tile that is slow: what is done waits for it in memory.
func runTiles(ctx context.Context, req Request, tiling *Tiling, m *mosaic) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type done struct {
		place  *Place
		result *TileResult
		err    error
	}
	results := make(chan done)
	start := func(t Tile) {
		job := TileJob{
			A: req.A, B: req.B, Rect: t.Rect, Place: tiling.place(t), Controls: req.Controls,
			Maps: req.Maps, Bytes: m.bytes != nil, Lay: m.laid, Checkpoints: req.Checkpoints,
		}
		if r := req.Controls.Region; r != nil {
			job.Beta = tiling.region(r, t)
		}
		var progress func(Step)
		if req.Progress != nil {
			progress = func(s Step) { req.Progress(Progress{Tile: t.Index, Tiles: len(tiling.Tiles), Step: s}) }
		}
		res, err := req.Run(ctx, job, progress)
		results <- done{job.Place, res, err}
	}
	parallel := max(1, req.Parallel)
	var first error
	next, running := 0, 0
	for next < len(tiling.Tiles) || running > 0 {
		for first == nil && next < min(len(tiling.Tiles), m.next()+2*parallel) && running < parallel {
			go start(tiling.Tiles[next])
			next++
			running++
		}
		if running == 0 {
			break
		}
		d := <-results
		running--
		if d.err != nil && first == nil {
			first = d.err
			cancel()
		}
		if first == nil {
			m.add(d.place, d.result)
		}
	}
	return first
}

// region is a region's value at the centre of every token of a tile.
func (t *Tiling) region(r *Region, tile Tile) []float32 {
	h, w := tile.Rect.Dy()/t.cell, tile.Rect.Dx()/t.cell
	beta := make([]float32, h*w)
	for i := range h {
		for j := range w {
			x := float64(tile.Rect.Min.X) + float64((float64(j)+0.5)*float64(t.cell))
			y := float64(tile.Rect.Min.Y) + float64((float64(i)+0.5)*float64(t.cell))
			beta[i*w+j] = r.sample(x, y, t.Width, t.Height)
		}
	}
	return beta
}
