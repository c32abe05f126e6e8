//go:build js && wasm

package main

import "testing"

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		milliseconds float64
		want         string
	}{
		{0, "0 ms"}, {83.6, "84 ms"}, {999.4, "999 ms"}, {999.6, "1.0 s"}, {1234, "1.2 s"},
		{9949, "9.9 s"}, {9951, "10 s"}, {119_400, "119 s"}, {119_600, "2 min"}, {600_000, "10 min"},
	} {
		if got := duration(c.milliseconds); got != c.want {
			t.Errorf("duration(%v) = %q, want %q", c.milliseconds, got, c.want)
		}
	}
}

func TestStem(t *testing.T) {
	for name, want := range map[string]string{
		"IMG_1.jpg": "IMG_1", "scans/a.b.png": "a.b", "noending": "noending",
	} {
		if got := (&picture{name: name}).stem(); got != want {
			t.Errorf("stem of %q = %q, want %q", name, got, want)
		}
	}
}

func TestMismatch(t *testing.T) {
	var s state
	if s.mismatch() != "" {
		t.Error("no pictures cannot differ")
	}
	s.sources[first].picture = &picture{width: 3, height: 2}
	s.sources[second].picture = &picture{width: 3, height: 2}
	if s.mismatch() != "" || s.obstacle() != "" {
		t.Error("equal pictures differ")
	}
	s.sources[second].picture.height = 3
	if s.mismatch() == "" || s.obstacle() != s.mismatch() {
		t.Error("unequal pictures do not differ")
	}
}
