// Package recording keeps a fusion for the page to show before any weight has
// arrived there: the fused picture as a JPEG, and everything that the network
// decided, in bytes.
//
// A recording is a folder of four files. recording.json says what was fused and
// by what, and how to read maps.bin: gzip over one byte a value, map after map.
// prompt.png is one of those maps in colours, for a page that runs no program
// yet. The sources stay where they are and are named relative to the folder.
package recording

import (
	"compress/gzip"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"

	"tcmoa/cmd/internal/atomicfile"
	"tcmoa/cmd/internal/imagefile"
	"tcmoa/core"
	"tcmoa/internal/heatmap"
)

// The files of a recording.
const (
	File      = "recording.json"
	fusedFile = "fused.jpg"
	mapsFile  = "maps.bin"
	// promptFile is the map that the page opens with: what the first source counts
	// after the encoder's last mixture of adapters.
	promptFile = "prompt.png"
)

// ErrNoMixture says that there is nothing for the page to open with.
var ErrNoMixture = errors.New("this model has no mixture of adapters, whose decisions a recording is to show")

// Fusion is what a recording tells of.
type Fusion struct {
	Config  core.Config
	Task    string    // whose router decided
	Backend string    // what computed
	Sources [2]string // the files
	Fused   image.Image
	Quality int       // of its JPEG, 1 to 100
	Weight  []float32 // the first source's share in every pixel; nil where the head has none
	Maps    *core.Maps
}

// description is the content of recording.json.
type description struct {
	Variant core.Config `json:"variant"`
	Task    string      `json:"task"`
	Backend string      `json:"backend"`
	Sources [2]string   `json:"sources"` // relative to the folder
	Fused   string      `json:"fused"`
	Width   int         `json:"width"`
	Height  int         `json:"height"`
	Rows    int         `json:"rows"`
	Cols    int         `json:"cols"`
	Maps    string      `json:"maps"`
	Weight  *scale      `json:"weight,omitempty"` // of the first map, Height×Width
	Routes  []route     `json:"routes"`           // of the maps after it
	Prompt  prompt      `json:"prompt"`
}

// route is what one mixture of adapters decided: three maps one after the other,
// Rows×Cols values of each source's prompt and Rows×Cols×Experts gates.
type route struct {
	First  scale `json:"first"`
	Second scale `json:"second"`
	Gates  scale `json:"gates"`
}

// prompt is the picture of a prompt's map, one pixel a token, and what sums up
// its values, as they are read from maps.bin.
type prompt struct {
	File string `json:"file"`
	heatmap.Statistics
}

// Write writes the recording to a folder, which it makes if need be, its
// description last. The same fusion gives the same bytes.
func (f *Fusion) Write(dir string) error {
	if len(f.Maps.Routes) == 0 {
		return ErrNoMixture
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	size := f.Fused.Bounds()
	d := description{
		Variant: f.Config, Task: f.Task, Backend: f.Backend, Fused: fusedFile,
		Width: size.Dx(), Height: size.Dy(), Rows: f.Maps.Rows, Cols: f.Maps.Cols, Maps: mapsFile,
	}
	for i, source := range f.Sources {
		relative, err := filepath.Rel(dir, source)
		if err != nil {
			return fmt.Errorf("%s cannot be named from %s, and a recording does not copy its sources: %w", source, dir, err)
		}
		d.Sources[i] = filepath.ToSlash(relative)
	}
	err := imagefile.Write(filepath.Join(dir, fusedFile), f.Fused, imagefile.Options{Quality: f.Quality})
	if err != nil {
		return err
	}
	err = atomicfile.Write(filepath.Join(dir, mapsFile), func(w io.Writer) error { return f.writeMaps(w, &d) })
	if err != nil {
		return err
	}
	if err := f.writePrompt(dir, &d); err != nil {
		return err
	}
	text, err := json.Marshal(d, jsontext.WithIndent(" "))
	if err != nil {
		return fmt.Errorf("%s: %w", File, err)
	}
	return atomicfile.Write(filepath.Join(dir, File), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// writeMaps writes maps.bin and puts its scales into d.
func (f *Fusion) writeMaps(w io.Writer, d *description) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	var bytes []byte
	if f.Weight != nil {
		d.Weight = &unit
		bytes = unit.append(bytes, f.Weight)
	}
	for _, r := range f.Maps.Routes {
		scales := route{First: scaleOf(r.X), Second: scaleOf(r.T), Gates: unit}
		bytes = scales.First.append(bytes, r.X)
		bytes = scales.Second.append(bytes, r.T)
		bytes = appendGates(bytes, r.Gates)
		d.Routes = append(d.Routes, scales)
	}
	if _, err := z.Write(bytes); err != nil {
		return err
	}
	return z.Close()
}

// writePrompt writes prompt.png and puts its statistics into d, whose scales are
// known. Both are of the values that maps.bin gives, or the page's program would
// change them a little when it comes.
func (f *Fusion) writePrompt(dir string, d *description) error {
	opened := max(f.Config.EncoderMoAs()-1, 0)
	values := d.Routes[opened].First.rounded(f.Maps.Routes[opened].X)
	img := image.NewNRGBA(image.Rect(0, 0, f.Maps.Cols, f.Maps.Rows))
	for i, v := range values {
		colour := heatmap.First.At(float64(v))
		copy(img.Pix[4*i:], colour[:])
	}
	d.Prompt = prompt{promptFile, heatmap.StatisticsOf(values)}
	return imagefile.Write(filepath.Join(dir, promptFile), img, imagefile.Options{})
}
