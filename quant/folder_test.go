package quant

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// smallFolder is the small network as a model folder.
func smallFolder(t testing.TB) (dir string, src *memory, m Manifest) {
	t.Helper()
	dir, src = filepath.Join(t.TempDir(), "a", "b"), randomSource(smallConfig())
	m, err := WriteModel(context.Background(), dir, src, Meta{Licence: "none", Origin: "a test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, src, m
}

func TestModelFolder(t *testing.T) {
	dir, src, m := smallFolder(t)
	if m.Name != "small" || m.Licence != "none" || m.Origin != "a test" {
		t.Errorf("manifest is %+v", m)
	}
	model, err := OpenModel(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(model.Manifest, m) || !reflect.DeepEqual(model.Config(), src.config) {
		t.Errorf("manifest %+v, want %+v", model.Manifest, m)
	}
	want := load(t, Quantised(src))
	sameParams(t, load(t, model), want)
	for _, name := range slices.Sorted(maps.Keys(want)) { // in any order
		got, err := model.Tensor(name)
		if err != nil || !sameTensor(got, want[name]) {
			t.Errorf("tensor %q: %v", name, err)
		}
	}
	if _, err := model.Tensor("x"); err == nil {
		t.Error("there is no tensor x")
	}
	if err := model.Verify(context.Background(), nil); err != nil {
		t.Error(err)
	}
	if err := model.Close(); err != nil {
		t.Error(err)
	}
}

func TestModelFolderIsDeterministic(t *testing.T) {
	one, src, _ := smallFolder(t)
	two := t.TempDir()
	// Written over something older.
	if err := os.WriteFile(filepath.Join(two, ManifestFile), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(src.infos)
	if _, err := WriteModel(context.Background(), two, src, Meta{Licence: "none", Origin: "a test"}, nil); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(two)
	if err != nil || len(files) != 2 {
		t.Fatalf("the folder has %v (%v), want two files", files, err)
	}
	for _, f := range files {
		a, errA := os.ReadFile(filepath.Join(one, f.Name()))
		b, errB := os.ReadFile(filepath.Join(two, f.Name()))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", f.Name(), errA, errB)
		}
	}
}

func TestWriteModelLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	stop := func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}
	if _, err := WriteModel(ctx, dir, randomSource(smallConfig()), Meta{}, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	src := randomSource(smallConfig())
	src.remove("norm.bias")
	if _, err := WriteModel(context.Background(), dir, src, Meta{}, nil); err == nil {
		t.Error("half a network is written")
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("the folder has %v (%v)", files, err)
	}
}

// A manifest that is refused leaves the older model whole.
func TestWriteModelKeepsTheOlder(t *testing.T) {
	dir, _, want := smallFolder(t)
	src := randomSource(smallConfig())
	src.params["norm.bias"].F32[0]++
	if _, err := WriteModel(context.Background(), dir, src, Meta{Licence: strings.Repeat("x", maxText+1)}, nil); err == nil {
		t.Fatal("a licence of any length is written")
	}
	m, err := OpenModel(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := m.Verify(context.Background(), nil); err != nil || m.Manifest.SHA256 != want.SHA256 {
		t.Errorf("the older model is gone: %v", err)
	}
}

func TestOpenModelRefuses(t *testing.T) {
	for _, c := range []struct {
		what, fault string
		change      func(m *Manifest, file []byte) []byte
	}{
		{"a shorter file", weightsFile + ": file has", func(_ *Manifest, b []byte) []byte { return b[:len(b)-1] }},
		{"a longer file", weightsFile + ": file has", func(_ *Manifest, b []byte) []byte { return append(b, 0) }},
		{"a flipped bit", ErrHash.Error(), func(_ *Manifest, b []byte) []byte { b[len(b)/2] ^= 1; return b }},
		{"the hash of another file", ErrHash.Error(), func(m *Manifest, b []byte) []byte { m.SHA256[0] ^= 1; return b }},
		{"another variant", "not the manifest's variant", func(m *Manifest, b []byte) []byte { m.Variant.TopK = 2; return b }},
		{"a manifest that cannot be", "manifest: ", func(m *Manifest, b []byte) []byte { m.Size++; return b }},
		{"a missing file", "other", func(m *Manifest, b []byte) []byte { m.File = "other"; return b }},
	} {
		dir, _, m := smallFolder(t)
		path := filepath.Join(dir, weightsFile)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file = c.change(&m, file)
		text, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, ManifestFile), text, 0o644); err != nil {
			t.Fatal(err)
		}
		model, err := OpenModel(dir)
		if err == nil {
			err = model.Verify(context.Background(), nil)
			if err := model.Close(); err != nil {
				t.Error(err)
			}
		}
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: error is %v, want one with %q", c.what, err, c.fault)
		}
	}
	if _, err := OpenModel(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ManifestFile), make([]byte, MaxManifest+1), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenModel(dir); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("a manifest of more than MaxManifest: %v", err)
	}
}
