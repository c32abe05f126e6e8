package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"tcmoa/cmd/internal/imagefile"
	"tcmoa/cmd/internal/maps"
	"tcmoa/core"
	"tcmoa/core/cpu"
)

// fuse is the verb of that name: its flags and what follows from them.
type fuse struct {
	steering
	out       string
	model     string
	precision string
	depth     string
	format    string
	quality   int
	maps      string
	mapsSize  string
	workers   int
	tile      int

	net      *core.Network
	controls core.Controls
	bar      progress
}

func newFuse() *cobra.Command {
	v := &fuse{}
	cmd := &cobra.Command{
		Use:   "fuse --task vif|mef|mff -o OUT A B",
		Short: "Fuse a pair of pictures, or two folders of them",
		Long: `Fuse makes one picture of two that show the same scene, pixel on pixel, in the
same size.

A and B are files, or two folders whose pictures are paired by their names
without extension. PNG, JPEG, TIFF, WebP and BMP are read, with 8 or 16 bits, in
colour or grey; pictures are turned upright by their Exif orientation,
transparency is ignored, colour profiles are neither applied nor kept. A is the
visible or the over-exposed picture, and B the infrared or the under-exposed
one: the network has learned them in that order. For focus it does not matter.

OUT is a .png, .tiff or .jpg file; for folders it is a folder, and --format says
what to write into it. A source with 16 bits gives a result with 16 bits, where
the format has them; two grey sources give a grey result. Files are there whole
or not at all, and a source is never overwritten.

Steering: --beta moves the dominance from one picture to the other, --alpha says
how selective the prompts are, --router mixes the tasks, --experts switches
experts off. The paper describes --alpha and --beta; the rest is beyond it.

--maps writes what the network decided, as 16-bit grey PNGs: weight.png, the
first picture's share of every pixel, or of its local mean where the network
weighs detail apart; for every mixture of adapters the prompts of both pictures
and the gates of its experts; and maps.json with the grid and statistics. Prompts
and gates are one value a token: they are enlarged, token by token, to the
picture's size, or with --maps-size token stay one pixel a token.

A pair of a folder that cannot be fused is reported and left out; the exit status
then is 1.`,
		Example: `  tcmoa fuse --task vif -o fused.png visible.jpg infrared.png
  tcmoa fuse --task mef -o fused.tiff over.tif under.tif          # 16 bits stay 16
  tcmoa fuse --task mff --maps maps/ -o fused.png near.png far.png
  tcmoa fuse --task vif --beta 0.2 --experts 1,1,0,1 -o fused.png a.png b.png
  tcmoa fuse --router mef=.5,mff=.5 -o fused.png a.png b.png
  tcmoa fuse --task mef --format jpg -o fused/ over/ under/       # folders`,
		Args: exactly("A", "B"),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd, args[0], args[1]) },
	}
	f := cmd.Flags()
	v.steering.flags(cmd)
	f.StringVarP(&v.out, "output", "o", "", "file to write, or a folder for folders (required)")
	f.StringVarP(&v.model, "model", "m", "", modelFlagUsage)
	f.StringVar(&v.precision, "precision", "int8", "arithmetic: int8 (fast) or f32 (exact)")
	f.StringVar(&v.depth, "depth", "auto", "bits a sample of the result: 8, 16, or auto (16 where a source has 16)")
	f.StringVar(&v.format, "format", "png", "what to write for folders: png, tiff or jpg")
	f.IntVar(&v.quality, "quality", 95, "quality of a JPEG, 1 to 100")
	f.StringVar(&v.maps, "maps", "", "folder for the weight map, prompts and gates")
	f.StringVar(&v.mapsSize, "maps-size", "picture", "size of the prompts and gates: picture or token")
	f.IntVar(&v.workers, "workers", 0, "how many processors compute (default: all)")
	f.IntVar(&v.tile, "tile-pixels", core.WholeBound, "pictures with more pixels are computed in overlapping tiles of about this many: fewer need less memory")
	return cmd
}

func (v *fuse) run(cmd *cobra.Command, a, b string) error {
	precision, err := v.check()
	if err != nil {
		return err
	}
	pairs, unmatched, batch, err := findPairs(a, b, v.out, v.maps, imagefile.Format(v.format))
	if err != nil {
		return err
	}
	if err := keepResults(pairs); err != nil {
		return err
	}
	if err := v.checkOutput(a, b, batch); err != nil {
		return err
	}
	model, err := findModel(v.model)
	if err != nil {
		return err
	}
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	v.net, err = loadNetwork(ctx, model, cpu.Options{Precision: precision, Workers: v.workers}, nil)
	if err != nil {
		return err
	}
	if v.controls, err = v.steering.controls(v.net.Config); err != nil {
		return err
	}
	v.bar = newProgress(stderr, "fusing")
	defer v.bar.clear()
	if !batch {
		return v.fusePair(ctx, pairs[0], v.bar.set)
	}
	for _, path := range unmatched {
		fmt.Fprintf(stderr, "tcmoa: %s has no partner of the same name in the other folder: left out\n", path)
	}
	failed := 0
	for i, p := range pairs {
		v.bar.describe(p.name)
		err := v.fusePair(ctx, p, func(share float64) { v.bar.set((float64(i) + share) / float64(len(pairs))) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed++
			v.bar.clear()
			fmt.Fprintf(stderr, "tcmoa: pair %s is left out: %v\n", p.name, err)
		}
	}
	v.bar.clear()
	fmt.Fprintf(cmd.OutOrStdout(), "%d of %d pairs fused into %s\n", len(pairs)-failed, len(pairs), v.out)
	if failed > 0 {
		return fmt.Errorf("%d of %d pairs could not be fused", failed, len(pairs))
	}
	return nil
}

// check looks at the flags that need neither model nor pictures.
func (v *fuse) check() (cpu.Precision, error) {
	precision, err := parsePrecision(v.precision)
	if err != nil {
		return 0, err
	}
	if _, ok := depths[v.depth]; !ok {
		return 0, usagef("depth %q is unknown: 8, 16 and auto are", v.depth)
	}
	if f := imagefile.Format(v.format); f != imagefile.PNG && f != imagefile.TIFF && f != imagefile.JPEG {
		return 0, usagef("format %q is unknown: png, tiff and jpg are", v.format)
	}
	if v.quality < 1 || v.quality > 100 {
		return 0, usagef("quality is %d, want 1 to 100", v.quality)
	}
	if v.mapsSize != "picture" && v.mapsSize != "token" {
		return 0, usagef("maps-size %q is unknown: picture and token are", v.mapsSize)
	}
	if v.workers < 0 || v.tile < 1 {
		return 0, usagef("--workers %d and --tile-pixels %d: neither can be negative, and a tile has pixels", v.workers, v.tile)
	}
	if v.out == "" {
		return 0, usagef("-o is missing: the file to write, or the folder for folders")
	}
	return precision, nil
}

// depths are the values of --depth; 0 follows the sources.
var depths = map[string]int{"auto": 0, "8": 8, "16": 16}

// checkOutput finds out before the work whether its result can be kept.
func (v *fuse) checkOutput(a, b string, batch bool) error {
	if batch {
		if depths[v.depth] > imagefile.Format(v.format).MaxDepth() {
			return usagef("a .%s cannot have %s bits a sample: take --format png or tiff", v.format, v.depth)
		}
		if err := keepSources(v.out, a, b); err != nil {
			return err
		}
		return os.MkdirAll(v.out, 0o777)
	}
	format, err := imagefile.FormatOf(v.out)
	if err != nil {
		return usageError{err}
	}
	if depths[v.depth] > format.MaxDepth() {
		return usagef("%s cannot have %s bits a sample: write a .png or .tiff", v.out, v.depth)
	}
	if dir := filepath.Dir(v.out); dir != "." {
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("there is no folder %s to write %s into", dir, filepath.Base(v.out))
		}
	}
	return nil
}

// fusePair does one pair; report is told the share of it that is done.
func (v *fuse) fusePair(ctx context.Context, p pair, report func(share float64)) error {
	if p.problems != nil {
		return p.problems
	}
	if err := keepSources(p.out, p.a, p.b); err != nil {
		return err
	}
	a, b, err := readPair(p)
	if err != nil {
		return err
	}
	format, err := imagefile.FormatOf(p.out)
	if err != nil {
		return err
	}
	width, height := a.Size()
	depth := depths[v.depth]
	if depth == 0 {
		depth = min(max(a.Depth(), b.Depth()), format.MaxDepth())
	}
	canvas := imagefile.NewCanvas(width, height, depth, a.Grey() && b.Grey())
	req := core.Request{
		A: a, B: b, Controls: v.controls, Bound: v.tile, Maps: p.maps != "",
		Progress: func(s core.Progress) {
			done := float64(s.Tile) + float64(s.Done)/float64(s.Total)
			report(done / float64(s.Tiles))
		},
	}
	weights := maps.NewWeights(canvas, width, height)
	var to core.Canvas = canvas
	if req.Maps {
		to = weights
	}
	decided, err := v.net.Fuse(ctx, req, to)
	if err != nil {
		return err
	}
	err = imagefile.Write(p.out, canvas.Image(), imagefile.Options{Quality: v.quality})
	if err != nil || !req.Maps {
		return err
	}
	set := maps.Set{
		Config: v.net.Config, Controls: v.controls, Backend: v.net.Backend.Name(),
		Sources: [2]string{p.a, p.b}, Width: width, Height: height, Weights: weights, Maps: decided,
		TokenSize: v.mapsSize == "token",
	}
	return set.Write(p.maps, func(path string) error { return keepSources(path, p.a, p.b) })
}

// readPair reads both pictures of a pair.
func readPair(p pair) (a, b *imagefile.Picture, err error) {
	if a, err = imagefile.Read(p.a); err != nil {
		return nil, nil, err
	}
	if b, err = imagefile.Read(p.b); err != nil {
		return nil, nil, err
	}
	wa, ha := a.Size()
	wb, hb := b.Size()
	if wa != wb || ha != hb {
		return nil, nil, fmt.Errorf("%s is %s pixels and %s is %s: a pair must have one size and show the scene pixel on pixel; resize or crop one of them",
			p.a, sizeText(wa, ha), p.b, sizeText(wb, hb))
	}
	return a, b, nil
}

func sizeText(w, h int) string { return strconv.Itoa(w) + "×" + strconv.Itoa(h) }
