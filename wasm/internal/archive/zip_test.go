package archive

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"testing"
	"time"
)

func TestArchiveIsReadByOthers(t *testing.T) {
	files := []struct{ name, content string }{
		{"one.png", "first"}, {"folder/zwei – Straße.png", "second\x00\xff"}, {"empty", ""},
	}
	when := time.Date(2026, 11, 23, 4, 5, 6, 0, time.Local)
	var a Archive
	var all bytes.Buffer
	for _, f := range files {
		header, err := a.Add(File{f.name, len(f.content), crc32.ChecksumIEEE([]byte(f.content)), when})
		if err != nil {
			t.Fatal(err)
		}
		all.Write(header)
		all.WriteString(f.content)
	}
	end, err := a.End()
	if err != nil {
		t.Fatal(err)
	}
	all.Write(end)
	r, err := zip.NewReader(bytes.NewReader(all.Bytes()), int64(all.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != len(files) {
		t.Fatalf("%d files, want %d", len(r.File), len(files))
	}
	for i, f := range r.File {
		body, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(body) // which checks the CRC
		if err != nil || f.Name != files[i].name || string(content) != files[i].content || f.NonUTF8 {
			t.Errorf("%q holds %q (%v), want %q with %q", f.Name, content, err, files[i].name, files[i].content)
		}
		year, month, day := f.Modified.Date()
		if year != 2026 || month != 11 || day != 23 || f.Modified.Hour() != 4 || f.Modified.Minute() != 5 || f.Modified.Second() != 6 {
			t.Errorf("%q is of %v, want %v", f.Name, f.Modified, when)
		}
	}
}

func TestArchiveHasLimits(t *testing.T) {
	var a Archive
	if _, err := a.Add(File{Name: "large", Size: math.MaxUint32 - 100}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Add(File{Name: "more", Size: 100}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("more than 4 GiB: %v", err)
	}
	a = Archive{}
	for range math.MaxUint16 - 1 {
		if _, err := a.Add(File{Name: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Add(File{Name: "x"}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("65,535 files: %v", err)
	}
}
