package quant

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestManifestRoundTrip(t *testing.T) {
	m, _, _ := smallFile(t)
	m.Licence, m.Origin = "research only", "trained here, “so to say”"
	text, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, m) {
		t.Errorf("got %+v, want %+v", got, m)
	}
	again, err := got.Encode()
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("the same manifest gave other bytes (%v)", err)
	}
}

func TestManifestRefuses(t *testing.T) {
	valid, _, _ := smallFile(t)
	for _, c := range []struct {
		what, fault string
		change      func(m *Manifest)
	}{
		{"an impossible variant", "variant: window is 0", func(m *Manifest) { m.Variant.Window = 0 }},
		{"no file", "file is", func(m *Manifest) { m.File = "" }},
		{"a path", "file is", func(m *Manifest) { m.File = "../weights" }},
		{"a path of Windows", "file is", func(m *Manifest) { m.File = `a\b` }},
		{"a hidden file", "file is", func(m *Manifest) { m.File = ".." }},
		{"a URL", "file is", func(m *Manifest) { m.File = "https://example.org" }},
		{"a long file name", "file is", func(m *Manifest) { m.File = strings.Repeat("a", 256) }},
		{"a long text", "bytes", func(m *Manifest) { m.Origin = strings.Repeat("a", maxText+1) }},
		{"no frames", "no frames", func(m *Manifest) { m.Frames = nil }},
		{"a hole between frames", "frame 1 is at", func(m *Manifest) { m.Frames[1].Offset++ }},
		{"overlapping frames", "frame 1 is at", func(m *Manifest) { m.Frames[1].Offset-- }},
		{"an offset before the file", "frame 0 is at -1", func(m *Manifest) { m.Frames[0].Offset = -1 }},
		{"an empty frame", "frame 1 has 0 bytes", func(m *Manifest) { m.Frames[1].Length = 0 }},
		{"a frame of negative length", "frame 1 has", func(m *Manifest) { m.Frames[1].Length = math.MinInt64 }},
		{"a frame longer than its content", "frame 1 has", func(m *Manifest) { m.Frames[1].Length = math.MaxInt64 }},
		{"a frame that holds nothing", "frame 1 holds 0", func(m *Manifest) { m.Frames[1].Content = 0 }},
		{"a frame that holds too much", "frame 1 holds", func(m *Manifest) { m.Frames[1].Content = maxFrame + 1 }},
		{"another size", "size is", func(m *Manifest) { m.Size++ }},
		{"frames with more than the variant needs", "more than", func(m *Manifest) {
			m.Frames = nil
			m.Size = 0
			for range 10 {
				m.Frames = append(m.Frames, Frame{Offset: m.Size, Length: 100, Content: maxFrame})
				m.Size += 100
			}
		}},
	} {
		m := valid
		m.Frames = append([]Frame(nil), valid.Frames...)
		c.change(&m)
		text, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err = ParseManifest(text); err == nil || !strings.Contains(err.Error(), c.fault) || !strings.Contains(err.Error(), "manifest") {
			t.Errorf("%s: error is %v, want one with %q", c.what, err, c.fault)
		}
	}
}

func TestManifestRefusesText(t *testing.T) {
	m, _, _ := smallFile(t)
	valid, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	digit := `"sha256": "` + m.SHA256.String()[:1]
	for _, c := range []struct{ what, old, new string }{
		{"an unknown member", `"licence"`, `"license"`},
		{"an unknown member of the variant", `"patch"`, `"padding"`},
		{"a member twice", `"licence"`, `"name"`},
		{"a number as text", `"patch": 2`, `"patch": "2"`},
		{"a fraction", `"patch": 2`, `"patch": 2.5`},
		{"an absurd number", `"patch": 2`, `"patch": 1e99`},
		{"a hash with too many digits", digit, digit + "0"},
		{"a hash with other digits", digit, `"sha256": "x`},
	} {
		text := bytes.Replace(valid, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(text, valid) {
			t.Fatalf("%s: the test changes nothing", c.what)
		}
		if _, err := ParseManifest(text); err == nil {
			t.Errorf("%s is accepted", c.what)
		}
	}
	for n := range len(valid) - 1 { // the last byte is a line break
		if _, err := ParseManifest(valid[:n]); err == nil {
			t.Fatalf("a manifest cut after %d bytes is accepted", n)
		}
	}
	if _, err := ParseManifest(append(valid, bytes.Repeat([]byte{' '}, MaxManifest)...)); err == nil {
		t.Error("a manifest longer than MaxManifest is accepted")
	}
}
