package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
)

// tcmoa runs the program.
func tcmoa(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, &out, &err)
	return status, out.String(), err.String()
}

// succeed runs the program, which must do so without complaint.
func succeed(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	status, stdout, stderr := tcmoa(t, args...)
	if status != exitOK || stderr != "" {
		t.Fatalf("tcmoa %q: status %d, %s", args, status, stderr)
	}
	return stdout
}

func TestDoubleDashes(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"fuse -task mff -o x.png a b", "fuse --task mff -o x.png a b"},
		{"fuse -task=mff", "fuse --task=mff"},
		{"fuse --task mff", "fuse --task mff"},
		{"fuse -beta -0.5", "fuse --beta -0.5"},
		{"fuse -t mff -output x", "fuse -t mff --output x"},
		{"fuse -ox.png", "fuse -ox.png"},
		{"-help", "--help"},
		{"-h", "-h"},
		{"fuse -- -task", "fuse -- -task"},
		{"fuse -nonsense", "fuse -nonsense"},
		{"serve -addr :0 -", "serve --addr :0 -"},
	} {
		if got := doubleDashes(newRoot(), strings.Fields(c.in)); !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s: %q, want %s", c.in, got, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	if out := succeed(t); !strings.Contains(out, "Exit status") {
		t.Errorf("without a verb: %s", out)
	}
	for _, c := range newRoot().Commands() {
		if c.Example == "" || c.Long == "" {
			t.Errorf("%s lacks a description or examples", c.Name())
		}
		if out := succeed(t, c.Name(), "--help"); !strings.Contains(out, c.Example) {
			t.Errorf("%s --help: %s", c.Name(), out)
		}
	}
}

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"fuze", `no verb "fuze"`},
		{"fuse --nonsense", "--nonsense"},
		{"fuse", "A is missing"},
		{"fuse a", "B is missing"},
		{"fuse a b c", `"c" is one argument too many`},
		{"fuse a b", "-o is missing"},
		{"fuse -o x.png --precision f64 a b", `precision "f64" is unknown`},
		{"fuse -o x.png --depth 12 a b", `depth "12" is unknown`},
		{"fuse -o x.png --format bmp a b", `format "bmp" is unknown`},
		{"fuse -o x.png --quality 0 a b", "quality is 0"},
		{"fuse -o x.png --maps-size huge a b", `maps-size "huge" is unknown`},
		{"fuse -o x.png --tile-pixels 0 a b", "--tile-pixels 0"},
		{"quantise a.safetensors b", "one argument too many"},
		{"info a b", "one argument too many"},
		{"serve a b", "one argument too many"},
		{"pack", "DIR is missing"},
	} {
		status, _, stderr := tcmoa(t, strings.Fields(c.args)...)
		if status != exitUsage || !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "--help tells more") {
			t.Errorf("tcmoa %s: status %d, %q; want %d, %q", c.args, status, stderr, exitUsage, c.want)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	a, b := testPair(t, dir)
	var out, err bytes.Buffer
	status := run(ctx, []string{"fuse", "-task", "mff", "-model", testModel(t), "-o", dir + "/x.png", a, b}, &out, &err)
	if status != exitInterrupted {
		t.Errorf("status %d, %s; want %d", status, err.String(), exitInterrupted)
	}
	if names := list(t, dir); !slices.Equal(names, []string{"a.png", "b.png"}) {
		t.Errorf("the folder holds %q", names)
	}
}
