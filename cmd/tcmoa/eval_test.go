package main

import (
	"bytes"
	"context"
	"encoding/json/v2"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tcmoa/cmd/internal/evaluation"
	"tcmoa/metrics/baseline"
)

// constant is a picture of one grey.
func constant(width, height int, grey uint8) image.Image {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = grey
	}
	return img
}

// testPairs writes a folder of two pairs, of which one has a truth, and fusions
// of them that miss the truth by 3.
func testPairs(t *testing.T) (dir, fused string) {
	t.Helper()
	dir = t.TempDir()
	fused = filepath.Join(dir, "elsewhere")
	for i, name := range []string{"one", "two"} {
		grey := uint8(50 * i)
		writePNG(t, filepath.Join(dir, "a", name+".png"), constant(44, 33, grey))
		writePNG(t, filepath.Join(dir, "b", name+".png"), constant(44, 33, grey+100))
		writePNG(t, filepath.Join(fused, name+".png"), constant(44, 33, grey+103))
	}
	writePNG(t, filepath.Join(dir, "gt", "two.png"), constant(44, 33, 150))
	return dir, fused
}

func readReport(t *testing.T, path string) evaluation.Report {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r evaluation.Report
	if err := json.Unmarshal(text, &r, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEval(t *testing.T) {
	dir, fused := testPairs(t)
	file := filepath.Join(dir, "figures.json")
	table := succeed(t, "eval", "-task", "mff", "-model", testModel(t), "-fused", fused, "-json", file, dir)
	for _, want := range append(methodNames(), "mff, 2 pairs", "elsewhere", "SSIM ↑", "PSNR-gt-RGB ↑ (1 pair)", "*") {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	r := readReport(t, file)
	if r.Task != "mff" || r.Pairs != 2 || len(r.Methods) != 2+len(baseline.All) {
		t.Errorf("%+v", r)
	}
	for method, want := range map[string]float64{
		"max":       100, // the truth is the brighter source
		"average":   20 * math.Log10(255/50.),
		"elsewhere": 20 * math.Log10(255/3.),
	} {
		for _, metric := range []string{"PSNR-gt-RGB", "PSNR-gt-Y"} {
			if got := r.Methods[method][metric]; math.Abs(got.Mean-want) > 1e-4 || got.Pairs != 1 {
				t.Errorf("%s of %s: %+v, want %v of one pair", metric, method, got, want)
			}
		}
	}
}

// TestEvalFused: pictures made elsewhere are measured alone, without a model, as
// the same file every time.
func TestEvalFused(t *testing.T) {
	t.Setenv(modelVariable, "none")
	dir, fused := testPairs(t)
	file := filepath.Join(dir, "figures.json")
	succeed(t, "eval", "-task", "mff", "-methods", "", "-fused", fused, "-metrics", "en,sd", "-json", file, dir)
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "task": "mff",
  "pairs": 2,
  "methods": {
    "elsewhere": {
      "EN": {
        "mean": 0,
        "std": 0
      },
      "SD": {
        "mean": 0,
        "std": 0
      }
    }
  }
}
`
	if string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestEvalAsFuseDoes: the network's figures are those of the files that fuse
// writes.
func TestEvalAsFuseDoes(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	pair := func(side, name string, second bool) string {
		return writePNG(t, filepath.Join(dir, side, name), narrow(scene(pairWidth, pairHeight, second)))
	}
	a, b := pair("a", "x.png", false), pair("b", "x.png", true)
	fused := filepath.Join(dir, "fused")
	if err := os.Mkdir(fused, 0o777); err != nil {
		t.Fatal(err)
	}
	flags := []string{"-model", model, "-beta", "0.1", "-precision", "f32"}
	succeed(t, slices.Concat([]string{"fuse", "-router", "mef=1", "-o", filepath.Join(fused, "x.png")}, flags, []string{a, b})...)
	file := filepath.Join(dir, "figures.json")
	succeed(t, slices.Concat([]string{"eval", "-task", "vif", "-router", "mef=1", "-methods", "tcmoa", "-fused", fused, "-json", file}, flags, []string{dir})...)
	r := readReport(t, file)
	for metric, got := range r.Methods["tcmoa"] {
		if want := r.Methods["fused"][metric]; got != want {
			t.Errorf("%s: %+v, of the file %+v", metric, got, want)
		}
	}
	if len(r.Methods["tcmoa"]) < 10 {
		t.Errorf("%+v", r)
	}
}

// TestEvalShrinks: fusions made of the whole pictures or of smaller ones fit.
func TestEvalShrinks(t *testing.T) {
	dir, fused := testPairs(t)
	writePNG(t, filepath.Join(fused, "one.png"), constant(20, 15, 103))
	file := filepath.Join(dir, "figures.json")
	succeed(t, "eval", "-task", "mff", "-methods", "max", "-fused", fused, "-long-side", "20", "-json", file, dir)
	r := readReport(t, file)
	if got, want := r.Methods["elsewhere"]["PSNR-gt-Y"].Mean, 20*math.Log10(255/3.); math.Abs(got-want) > 1e-4 || r.Pairs != 2 {
		t.Errorf("%v, want %v", got, want)
	}
	if _, there := r.Methods["max"]["VIF"]; there {
		t.Error("VIF of 20×15 pixels")
	}
}

// TestEvalLeavesOut: what is wrong with a pair is said, and the others count.
func TestEvalLeavesOut(t *testing.T) {
	dir, fused := testPairs(t)
	in := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	for _, name := range []string{"odd", "lacking", "twice", "false"} {
		writePNG(t, in("a", name+".png"), constant(44, 33, 1))
		writePNG(t, in("b", name+".png"), constant(44, 33, 2))
		writePNG(t, filepath.Join(fused, name+".png"), constant(44, 33, 2))
	}
	writePNG(t, in("a", "alone.png"), constant(44, 33, 1))
	writePNG(t, in("b", "odd.png"), constant(33, 44, 2))
	writePNG(t, in("gt", "twice.png"), constant(44, 33, 2))
	writePNG(t, in("gt", "twice.PNG"), constant(44, 33, 2))
	writePNG(t, in("gt", "false.png"), constant(9, 9, 2))
	if err := os.Remove(filepath.Join(fused, "lacking.png")); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := tcmoa(t, "eval", "-task", "mff", "-methods", "max", "-fused", fused, "-metrics", "EN", dir)
	if status != exitFailure || !strings.Contains(stdout, "2 pairs") {
		t.Errorf("status %d, %s", status, stdout)
	}
	for _, want := range []string{
		"alone.png has no partner", "pair odd is left out", "33×44", "pair lacking is left out", "has no picture of it",
		"pair twice is left out", "could be meant alike", "pair false is left out", "is 9×9 pixels, the sources are 44×33",
		"4 of 6 pairs could not be evaluated",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q lacks %q", stderr, want)
		}
	}

	// Where no pair is left there is no table and no file.
	for _, name := range []string{"one.png", "two.png"} {
		if err := os.WriteFile(in("a", name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	file := in("figures.json")
	status, stdout, _ = tcmoa(t, "eval", "-task", "mff", "-methods", "max", "-fused", fused, "-json", file, dir)
	if status != exitFailure || stdout != "" || exists(file) {
		t.Errorf("status %d, %q", status, stdout)
	}
}

func TestEvalErrors(t *testing.T) {
	dir, fused := testPairs(t)
	without := t.TempDir() // a gt
	writePNG(t, filepath.Join(without, "a", "x.png"), constant(5, 5, 1))
	writePNG(t, filepath.Join(without, "b", "x.png"), constant(5, 5, 1))
	writePNG(t, filepath.Join(without, "other", "c", "x.png"), constant(5, 5, 1))
	for _, c := range []struct {
		name   string
		status int
		want   string
		args   []string
	}{
		{"no task", exitUsage, "--task is missing", []string{dir}},
		{"task", exitUsage, `task "tea" is unknown`, []string{"-task", "tea", dir}},
		{"method", exitUsage, `method "magic" is unknown: tcmoa, average`, []string{"-task", "mff", "-methods", "max,magic", dir}},
		{"metric", exitUsage, `metric "beauty" is unknown: EN, `, []string{"-task", "mff", "-metrics", "EN,beauty", dir}},
		{"precision", exitUsage, `precision "f64" is unknown`, []string{"-task", "mff", "-precision", "f64", dir}},
		{"side", exitUsage, "--long-side is -1", []string{"-task", "mff", "-long-side", "-1", dir}},
		{"nothing", exitUsage, "nothing is to be measured", []string{"-task", "mff", "-methods", "", dir}},
		{"twice", exitUsage, `two methods "max"`, []string{"-task", "mff", "-methods", "max,max", dir}},
		{"one folder twice", exitUsage, `two methods "elsewhere"`, []string{"-task", "mff", "-methods", "max", "-fused", fused, "-fused", fused + "/.", dir}},
		{"truth", exitUsage, "SSIM-gt-Y needs a folder", []string{"-task", "mff", "-metrics", "EN,SSIM-gt-Y", without}},
		{"experts", exitUsage, "2 switches, want 4", []string{"-task", "mff", "-experts", "1,1", dir}},
		{"no folder", exitFailure, "no file or folder", []string{"-task", "mff", filepath.Join(dir, "none")}},
		{"no sources", exitFailure, "has no folder a", []string{"-task", "mff", filepath.Join(without, "other")}},
		{"no pictures elsewhere", exitFailure, "none", []string{"-task", "mff", "-methods", "", "-fused", filepath.Join(dir, "none"), dir}},
		{"no model", exitFailure, "there is no model", []string{"-task", "mff", "-model", "none", dir}},
		{"no folder for JSON", exitFailure, "there is no folder", []string{"-task", "mff", "-json", filepath.Join(dir, "none", "x.json"), dir}},
	} {
		args := c.args
		if c.name != "no model" {
			args = append([]string{"-model", testModel(t)}, args...)
		}
		status, stdout, stderr := tcmoa(t, append([]string{"eval"}, args...)...)
		if status != c.status || !strings.Contains(stderr, c.want) || stdout != "" {
			t.Errorf("%s: status %d, %q; want %d, %q", c.name, status, stderr, c.status, c.want)
		}
	}
}

func TestEvalInterrupted(t *testing.T) {
	dir, _ := testPairs(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	file := filepath.Join(dir, "figures.json")
	status := run(ctx, []string{"eval", "-task", "mff", "-methods", "max", "-json", file, dir}, &out, &err)
	if status != exitInterrupted || out.Len() > 0 || exists(file) {
		t.Errorf("status %d, %q, %q", status, out.String(), err.String())
	}
}

func TestFold(t *testing.T) {
	if got, want := fold("> ", []string{"one", "two", "three", "fourteen"}, 12), "> one, two,\n> three,\n> fourteen."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
