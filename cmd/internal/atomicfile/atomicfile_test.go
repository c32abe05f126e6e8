package atomicfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"tcmoa/cmd/internal/atomicfile"
)

func content(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func expect(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s holds %q, want %q", filepath.Base(path), got, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".tmp" {
			t.Errorf("%s is left over", e.Name())
		}
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, text := range []string{"first", "second"} {
		if err := atomicfile.Write(path, content(text)); err != nil {
			t.Fatal(err)
		}
		expect(t, path, text)
	}
}

func TestFailureKeepsWhatWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := atomicfile.Write(path, content("before")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := atomicfile.Write(path, func(w io.Writer) error {
		io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error is %v, want %v", err, broken)
	}
	expect(t, path, "before")
}

func TestFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := atomicfile.Write(path, content("before")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Skip(err)
	}
	if err := atomicfile.Write(link, content("after")); err != nil {
		t.Fatal(err)
	}
	expect(t, path, "after")
	if stat, err := os.Lstat(link); err != nil || stat.Mode().IsRegular() {
		t.Errorf("the link is gone: %v, %v", stat, err)
	}
}

func TestDevicesStay(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no device file")
	}
	if err := atomicfile.Write(os.DevNull, content("text")); err != nil {
		t.Fatal(err)
	}
	if stat, err := os.Stat(os.DevNull); err != nil || stat.Mode().IsRegular() {
		t.Fatalf("%s became a file: %v, %v", os.DevNull, stat, err)
	}
}

func TestFolderIsAnError(t *testing.T) {
	if err := atomicfile.Write(t.TempDir(), content("text")); err == nil {
		t.Error("a folder was written to")
	}
}
