package main

import (
	"bytes"
	"context"
	"encoding/json/v2"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tcmoa/cmd/internal/imagefile"
	"tcmoa/cmd/internal/maps"
)

// scene is a picture with something to see; the second of a pair differs.
func scene(width, height int, second bool) *image.NRGBA64 {
	img := image.NewNRGBA64(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			v := uint16((37*x + 11*y + x*y) % 256)
			if second {
				v = uint16((13*x + 29*y) % 256)
			}
			// Multiples of 257 are the values that 8 bits can have.
			img.SetNRGBA64(x, y, color.NRGBA64{R: 257 * v, G: 257 * (255 - v), B: 257 * (v / 2), A: 65535})
		}
	}
	return img
}

func narrow(img *image.NRGBA64) *image.NRGBA {
	out := image.NewNRGBA(img.Rect)
	for i := range out.Pix {
		out.Pix[i] = img.Pix[2*i]
	}
	return out
}

func writePNG(t *testing.T, path string, img image.Image) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	return path
}

// The size of testPair's pictures: no multiples of a window, and enough windows
// for several tiles.
const pairWidth, pairHeight = 75, 59

// testPair writes a pair of 8 bits.
func testPair(t *testing.T, dir string) (a, b string) {
	t.Helper()
	return writePNG(t, filepath.Join(dir, "a.png"), narrow(scene(pairWidth, pairHeight, false))),
		writePNG(t, filepath.Join(dir, "b.png"), narrow(scene(pairWidth, pairHeight, true)))
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func readImage(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func sameFiles(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}

func TestFuse(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	for _, name := range []string{"x.png", "x.jpg", "x.tiff"} {
		out := filepath.Join(dir, name)
		succeed(t, "fuse", "-task", "mff", "-model", model, "-o", out, a, b)
		if got := readImage(t, out).Bounds().Size(); got != image.Pt(pairWidth, pairHeight) {
			t.Errorf("%s is %v", name, got)
		}
	}
	if names := list(t, dir); len(names) != 5 {
		t.Errorf("the folder holds %q", names)
	}
}

// TestFlagsSteer: every flag that steers changes the result, and says nothing
// where it changes nothing.
func TestFlagsSteer(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	fuse := func(name string, flags ...string) string {
		out := filepath.Join(dir, name+".png")
		succeed(t, append(append([]string{"fuse", "-model", model, "-precision", "f32", "-depth", "16", "-o", out}, flags...), a, b)...)
		return out
	}
	plain := fuse("plain", "-task", "vif")
	for name, flags := range map[string][]string{
		"same-router":  {"-router", "vif=1"},
		"same-mix":     {"-task", "mef", "-router", "vif=1"}, // a mix goes before the task
		"same-prompts": {"-task", "vif", "-alpha", "1", "-beta", "0"},
		"same-lists":   {"-task", "vif", "-alpha", "1,1", "-beta", "0,0"},
		"same-experts": {"-task", "vif", "-experts", "1,1,1,1"},
		"same-workers": {"-task", "vif", "-workers", "1"},
	} {
		if !sameFiles(t, plain, fuse(name, flags...)) {
			t.Errorf("%q changed the result", flags)
		}
	}
	for name, flags := range map[string][]string{
		"task":      {"-task", "mef"},
		"router":    {"-router", "vif=.5,mef=.5"},
		"alpha":     {"-task", "vif", "-alpha", "3"},
		"beta":      {"-task", "vif", "-beta", "-0.2"},
		"lists":     {"-task", "vif", "-beta", "0,0.3"},
		"experts":   {"-task", "vif", "-experts", "1,0,0,0"},
		"precision": {"-task", "vif", "-precision", "int8"},
		"tiles":     {"-task", "vif", "-tile-pixels", "1024"},
	} {
		if sameFiles(t, plain, fuse(name, flags...)) {
			t.Errorf("%q changed nothing", flags)
		}
	}
}

// TestDepthsAgree: the same values in files of 8 and of 16 bits give the same
// result.
func TestDepthsAgree(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	wideA := writePNG(t, filepath.Join(dir, "wide-a.png"), scene(pairWidth, pairHeight, false))
	wideB := writePNG(t, filepath.Join(dir, "wide-b.png"), scene(pairWidth, pairHeight, true))
	fuse := func(name string, args ...string) string {
		out := filepath.Join(dir, name)
		succeed(t, append([]string{"fuse", "-task", "mef", "-model", model, "-o", out}, args...)...)
		return out
	}
	if !sameFiles(t, fuse("16.png", "-depth", "16", a, b), fuse("wide16.png", wideA, wideB)) {
		t.Error("16 bits: the results differ")
	}
	if !sameFiles(t, fuse("8.png", a, b), fuse("wide8.png", "-depth", "8", wideA, wideB)) {
		t.Error("8 bits: the results differ")
	}
	if _, ok := readImage(t, fuse("mixed.tif", a, wideB)).(*image.RGBA64); !ok {
		t.Error("a source with 16 bits did not give a result with 16")
	}
	if _, ok := readImage(t, fuse("wide.jpg", wideA, wideB)).(*image.YCbCr); !ok {
		t.Error("a JPEG of sources with 16 bits was not written")
	}
}

func TestGreyPairsStayGrey(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	grey := image.NewGray(image.Rect(0, 0, 20, 20))
	for i := range grey.Pix {
		grey.Pix[i] = uint8(i)
	}
	a, b := testPair(t, dir)
	g := writePNG(t, filepath.Join(dir, "g.png"), grey)
	out := filepath.Join(dir, "x.png")
	succeed(t, "fuse", "-task", "vif", "-model", model, "-o", out, g, g)
	if _, ok := readImage(t, out).(*image.Gray); !ok {
		t.Errorf("two grey sources gave a %T", readImage(t, out))
	}
	succeed(t, "fuse", "-task", "vif", "-model", model, "-o", out, a, b)
	if _, ok := readImage(t, out).(*image.Gray); ok {
		t.Error("a coloured source gave a grey result")
	}
}

func TestFuseErrors(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	small := writePNG(t, filepath.Join(dir, "small.png"), narrow(scene(20, 20, false)))
	text := filepath.Join(dir, "text.png")
	if err := os.WriteFile(text, []byte("no picture"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, side := range []string{"as", "bs"} {
		writePNG(t, filepath.Join(dir, side, "weight.png"), narrow(scene(20, 20, side == "bs")))
	}
	as, bs := filepath.Join(dir, "as"), filepath.Join(dir, "bs")
	out := filepath.Join(dir, "x.png")
	before := list(t, dir)
	for _, c := range []struct {
		name   string
		status int
		want   string
		args   []string
	}{
		{"sizes", exitFailure, "75×59 pixels and " + small + " is 20×20", []string{"-task", "mff", "-o", out, a, small}},
		{"no file", exitFailure, "no file or folder", []string{"-task", "mff", "-o", out, a, filepath.Join(dir, "none.png")}},
		{"no picture", exitFailure, text + ": this is no picture", []string{"-task", "mff", "-o", out, a, text}},
		{"source", exitFailure, "write the result elsewhere", []string{"-task", "mff", "-o", a, a, b}},
		{"second source", exitFailure, "write the result elsewhere", []string{"-task", "mff", "-o", filepath.Join(dir, ".", "b.png"), a, b}},
		{"no folder", exitFailure, "there is no folder", []string{"-task", "mff", "-o", filepath.Join(dir, "none", "x.png"), a, b}},
		{"file and folder", exitUsage, "two files or two folders", []string{"-task", "mff", "-o", out, a, dir}},
		{"no model", exitFailure, "there is no model", []string{"-task", "mff", "-model", "none", "-o", out, a, b}},
		{"odd model", exitFailure, "is no model", []string{"-task", "mff", "-model", a, "-o", out, a, b}},
		{"no extension", exitUsage, "has no extension", []string{"-task", "mff", "-o", filepath.Join(dir, "x"), a, b}},
		{"extension", exitUsage, "not as .gif", []string{"-task", "mff", "-o", filepath.Join(dir, "x.gif"), a, b}},
		{"deep JPEG", exitUsage, "cannot have 16 bits", []string{"-task", "mff", "-depth", "16", "-o", filepath.Join(dir, "x.jpg"), a, b}},
		{"deep JPEGs", exitUsage, "cannot have 16 bits", []string{"-task", "mff", "-depth", "16", "-format", "jpg", "-o", filepath.Join(dir, "fused"), as, bs}},
		{"a map's name", exitUsage, "is the name of a map", []string{"-task", "mff", "-maps", dir, "-o", filepath.Join(dir, ".", "weight.png"), a, b}},
		{"a map's name in a folder", exitUsage, "is the name of a map", []string{"-task", "mff", "-maps", dir, "-o", filepath.Join(dir, "weight"), as, bs}},
		{"no task", exitUsage, "--task is missing", []string{"-o", out, a, b}},
		{"task", exitUsage, `unknown task "mri"`, []string{"-task", "mri", "-o", out, a, b}},
		{"task beside a router", exitUsage, `unknown task "x"`, []string{"-task", "x", "-router", "vif=1", "-o", out, a, b}},
		{"router's sum", exitUsage, "sum to 0.8", []string{"-router", "vif=.5,mef=.3", "-o", out, a, b}},
		{"router's sign", exitUsage, "-0.5 is not a share", []string{"-router", "vif=1.5,mef=-.5", "-o", out, a, b}},
		{"router's task", exitUsage, `unknown task "x"`, []string{"-router", "x=1", "-o", out, a, b}},
		{"router's weight", exitUsage, `"much"`, []string{"-router", "vif=much", "-o", out, a, b}},
		{"router's form", exitUsage, "want task=weight", []string{"-router", "vif", "-o", out, a, b}},
		{"experts off", exitUsage, "every expert is switched off", []string{"-task", "vif", "-experts", "0,0,0,0", "-o", out, a, b}},
		{"experts' number", exitUsage, "2 switches, want 4", []string{"-task", "vif", "-experts", "1,1", "-o", out, a, b}},
		{"experts' form", exitUsage, `"yes"`, []string{"-task", "vif", "-experts", "yes,1,1,1", "-o", out, a, b}},
		{"alpha", exitUsage, `--alpha has "x"`, []string{"-task", "vif", "-alpha", "x", "-o", out, a, b}},
		{"beta's number", exitUsage, "--beta has 3 values", []string{"-task", "vif", "-beta", "0,0,0", "-o", out, a, b}},
		{"beta", exitUsage, "not finite", []string{"-task", "vif", "-beta", "inf", "-o", out, a, b}},
	} {
		status, _, stderr := tcmoa(t, append([]string{"fuse", "-model", model}, c.args...)...)
		if status != c.status || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: status %d, %q; want %d, %q", c.name, status, stderr, c.status, c.want)
		}
	}
	if after := list(t, dir); !slices.Equal(before, after) {
		t.Errorf("the folder held %q and holds %q", before, after)
	}
}

func TestBatch(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	in := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	for _, name := range []string{"one", "two", "odd"} {
		writePNG(t, in("a", name+".png"), narrow(scene(20, 18, false)))
		writePNG(t, in("b", name+".png"), narrow(scene(20, 18, true)))
	}
	writePNG(t, in("b", "odd.png"), narrow(scene(30, 18, true))) // of another size
	writePNG(t, in("a", "alone.png"), narrow(scene(20, 18, true)))
	writePNG(t, in("a", ".hidden.png"), narrow(scene(20, 18, true)))
	if err := os.WriteFile(in("a", "notes.txt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := tcmoa(t, "fuse", "-task", "mff", "-model", model, "-format", "tiff",
		"-maps", in("maps"), "-o", in("out"), in("a"), in("b"))
	if status != exitFailure {
		t.Errorf("status %d, want %d", status, exitFailure)
	}
	if !strings.Contains(stdout, "2 of 3 pairs fused") {
		t.Errorf("it says %q", stdout)
	}
	for _, want := range []string{"alone.png has no partner", "pair odd is left out", "30×18"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q lacks %q", stderr, want)
		}
	}
	if strings.Contains(stderr, "notes") || strings.Contains(stderr, "hidden") {
		t.Errorf("%q tells of files that are no pictures", stderr)
	}
	if names := list(t, in("out")); !slices.Equal(names, []string{"one.tiff", "two.tiff"}) {
		t.Errorf("the results are %q", names)
	}
	if names := list(t, in("maps")); !slices.Equal(names, []string{"one", "two"}) {
		t.Errorf("the maps are %q", names)
	}

	// Two files of one name: which is meant, nobody knows.
	writePNG(t, in("a", "one.PNG"), narrow(scene(20, 18, false)))
	if _, _, stderr := tcmoa(t, "fuse", "-task", "mff", "-model", model, "-o", in("out"), in("a"), in("b")); !strings.Contains(stderr, "could be meant alike") {
		t.Errorf("two files of one name: %q", stderr)
	}
	if status, _, stderr := tcmoa(t, "fuse", "-task", "mff", "-model", model, "-o", in("a"), in("a"), in("b")); status != exitFailure || !strings.Contains(stderr, "elsewhere") {
		t.Errorf("results among the sources: status %d, %q", status, stderr)
	}
	if status, _, stderr := tcmoa(t, "fuse", "-task", "mff", "-model", model, "-o", in("out"), in("maps"), in("b")); status != exitFailure || !strings.Contains(stderr, "no picture of") {
		t.Errorf("nothing to pair: status %d, %q", status, stderr)
	}
}

// TestInterruptedAtWork: an interruption during the computation leaves no file.
func TestInterruptedAtWork(t *testing.T) {
	dir := t.TempDir()
	a := writePNG(t, filepath.Join(dir, "a.png"), narrow(scene(900, 900, false)))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(150*time.Millisecond, cancel)
	var out, err bytes.Buffer
	status := run(ctx, []string{"fuse", "-task", "mff", "-model", testModel(t), "-o", filepath.Join(dir, "x.png"), a, a}, &out, &err)
	if status == exitOK {
		t.Skip("the machine was faster")
	}
	if names := list(t, dir); status != exitInterrupted || len(names) != 1 {
		t.Errorf("status %d, the folder holds %q", status, names)
	}
}

func TestMaps(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	for size, want := range map[string]image.Point{"picture": {pairWidth, pairHeight}, "token": {10, 8}} {
		folder := filepath.Join(dir, size)
		succeed(t, "fuse", "-router", "vif=.25,mff=.75", "-experts", "1,1,0,1", "-beta", "0.1", "-model", model,
			"-maps", folder, "-maps-size", size, "-o", filepath.Join(dir, "x.png"), a, b)
		text, err := os.ReadFile(filepath.Join(folder, maps.File))
		if err != nil {
			t.Fatal(err)
		}
		type layer struct {
			File                string
			Min, Mean, Max, Std float64
		}
		var d struct {
			Width, Height int
			Router        map[string]float64
			Grid          struct{ Rows, Columns, Cell, Scale int }
			Weight        layer
			Mixtures      []struct {
				Stage       string
				Number      int
				AfterBlock  int `json:"after_block"`
				Alpha, Beta float64
				Prompts     []layer
				Experts     []struct {
					File        string
					On          bool
					Share, Used float64
				}
			}
		}
		if err := json.Unmarshal(text, &d, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatal(err)
		}
		if d.Width != pairWidth || d.Height != pairHeight || d.Grid.Rows != 8 || d.Grid.Columns != 10 || d.Grid.Cell != 8 {
			t.Errorf("%s: %+v", size, d.Grid)
		}
		if len(d.Router) != 2 || d.Router["mff"] != .75 {
			t.Errorf("%s: router %v", size, d.Router)
		}
		if len(d.Mixtures) != 2 || d.Mixtures[1].Stage != "decoder" || d.Mixtures[1].AfterBlock != 1 || math.Abs(d.Mixtures[0].Beta-.1) > 1e-6 {
			t.Fatalf("%s: %+v", size, d.Mixtures)
		}
		check := func(l layer, want image.Point) {
			t.Helper()
			img, ok := readImage(t, filepath.Join(folder, l.File)).(*image.Gray16)
			if !ok || img.Bounds().Size() != want {
				t.Fatalf("%s: %s is no 16-bit grey picture of %v", size, l.File, want)
			}
			lo, hi := uint16(65535), uint16(0)
			for i := 0; i < len(img.Pix); i += 2 {
				v := uint16(img.Pix[i])<<8 | uint16(img.Pix[i+1])
				lo, hi = min(lo, v), max(hi, v)
			}
			if lo != imagefile.Word(float32(l.Min)) || hi != imagefile.Word(float32(l.Max)) || !(l.Min <= l.Mean && l.Mean <= l.Max && l.Std >= 0) {
				t.Errorf("%s: %s has %d to %d, but is said to have %+v", size, l.File, lo, hi, l)
			}
		}
		check(d.Weight, image.Pt(pairWidth, pairHeight))
		for _, m := range d.Mixtures {
			for _, p := range m.Prompts {
				check(p, want)
			}
			sum := 0.0
			for e, x := range m.Experts {
				sum += x.Share
				if x.On != (e != 2) || !x.On && x.Used > 0 || x.Used > 1 {
					t.Errorf("%s: expert %d: %+v", size, e, x)
				}
				if got := readImage(t, filepath.Join(folder, x.File)).Bounds().Size(); got != want {
					t.Errorf("%s: %s is %v", size, x.File, got)
				}
			}
			if math.Abs(sum-1) > 1e-3 {
				t.Errorf("%s: the experts' shares sum to %v", size, sum)
			}
		}
		files := list(t, folder)
		if n := len(files); n != 2+2*(2+4) {
			t.Errorf("%s: %d files", size, n)
		}
		for _, name := range files {
			if !maps.Named(name) {
				t.Errorf("%s: %s is not known as a map's name", size, name)
			}
		}
	}
}

// TestMapsKeepSources: a source that has a map's name is safe too.
func TestMapsKeepSources(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	weight := filepath.Join(dir, "weight.png")
	if err := os.Rename(a, weight); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := tcmoa(t, "fuse", "-task", "vif", "-model", model, "-maps", dir, "-o", filepath.Join(dir, "x.png"), weight, b)
	if status != exitFailure || !strings.Contains(stderr, "is the source") {
		t.Errorf("status %d, %q", status, stderr)
	}
	if _, ok := readImage(t, weight).(*image.Gray16); ok {
		t.Error("the source is overwritten")
	}
}
