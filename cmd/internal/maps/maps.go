// Package maps writes what a network decided in a fusion: the weight of the
// first source in every pixel, and for every mixture of adapters the prompts of
// both sources and the gates of its experts, as pictures and as statistics.
package maps

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"tcmoa/cmd/internal/atomicfile"
	"tcmoa/cmd/internal/imagefile"
	"tcmoa/core"
	"tcmoa/internal/heatmap"
)

// Weights passes a fused picture on to a canvas and keeps the weight of the
// first source. It implements core.Canvas.
type Weights struct {
	core.Canvas
	rect  image.Rectangle
	image *image.Gray16 // nil as long as no weight came: not every network has any
	sums  heatmap.Sums
}

// NewWeights makes the keeper for a picture of the given size.
func NewWeights(to core.Canvas, width, height int) *Weights {
	return &Weights{Canvas: to, rect: image.Rect(0, 0, width, height)}
}

// WriteRow implements core.Canvas.
func (w *Weights) WriteRow(y int, rgb, weight []float32) {
	if w.image == nil && weight != nil {
		w.image = image.NewGray16(w.rect)
	}
	for x, v := range weight {
		w.sums.Add(v)
		w.image.SetGray16(x, y, color.Gray16{Y: imagefile.Word(v)})
	}
	w.Canvas.WriteRow(y, rgb, weight)
}

// Set is everything that is told of a fusion.
type Set struct {
	Config        core.Config
	Controls      core.Controls
	Backend       string    // what computed
	Sources       [2]string // the files
	Width, Height int       // of the pictures
	Weights       *Weights
	Maps          *core.Maps
	// TokenSize keeps the prompts and gates at one pixel a token; otherwise each
	// token becomes a square of Maps.Cell pixels, and the maps lie on the picture.
	TokenSize bool
}

// File is the name of the description in a folder of maps.
const File = "maps.json"

// named matches the names of the files in a folder of maps.
var named = regexp.MustCompile(`(?i)^(weight\.png|maps\.json|(encoder|decoder)-\d+-(prompt-(first|second)|expert-\d+)\.png)$`)

// Named tells whether a file in a folder of maps may have this name, on a system
// too that does not tell capital letters apart.
func Named(name string) bool { return named.MatchString(name) }

// Write writes the maps to a folder, which it makes if need be, and last their
// description. allow may veto a file.
func (s *Set) Write(dir string, allow func(path string) error) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f := folder{dir: dir, allow: allow}
	d, err := s.describe(func(name string, img image.Image) error {
		return f.write(name, func(w io.Writer) error {
			return imagefile.Encode(w, img, imagefile.PNG, imagefile.Options{})
		})
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(d, jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("%s: %w", File, err)
	}
	return f.write(File, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

type folder struct {
	dir   string
	allow func(path string) error
}

func (f folder) write(name string, write func(io.Writer) error) error {
	path := filepath.Join(f.dir, name)
	if err := f.allow(path); err != nil {
		return err
	}
	return atomicfile.Write(path, write)
}

// layer is a picture of one number a token: every stride-th value from first on.
func (s *Set) layer(values []float32, first, stride int) *image.Gray16 {
	m, cell := s.Maps, s.Maps.Cell
	width, height := s.Width, s.Height
	if s.TokenSize {
		width, height, cell = m.Cols, m.Rows, 1
	}
	img := image.NewGray16(image.Rect(0, 0, width, height))
	for y := range height {
		if y%cell > 0 {
			copy(img.Pix[y*img.Stride:(y+1)*img.Stride], img.Pix[(y-1)*img.Stride:])
			continue
		}
		row := y / cell * m.Cols
		for x := range width {
			v := values[(row+x/cell)*stride+first]
			img.SetGray16(x, y, color.Gray16{Y: imagefile.Word(v)})
		}
	}
	return img
}
