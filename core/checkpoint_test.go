package core

import (
	"image"
	"slices"
	"testing"
)

// onlyPicture hides that a picture is held as bytes.
type onlyPicture struct{ Picture }

// A fingerprint sees every pixel that a tile does, and no other.
func TestFingerprint(t *testing.T) {
	const width, height = 9, 7
	tile := image.Rect(4, 0, 11, 5) // beyond the right end, where the picture is reflected
	a, b := NewRGBA(width, height), NewRGBA(width, height)
	for i := range a.Pix {
		a.Pix[i], b.Pix[i] = uint8(31*i), uint8(17*i+5)
	}
	for name, hold := range map[string]func(*RGBA) Picture{
		"bytes": func(p *RGBA) Picture { return p }, "floats": func(p *RGBA) Picture { return onlyPicture{p} },
	} {
		of := func(a, b *RGBA) uint64 { return fingerprint(Input{A: hold(a), B: hold(b), Tile: tile}) }
		want := of(a, b)
		if of(a, b) != want || of(b, a) == want {
			t.Errorf("%s: a fingerprint depends on something else than the pair", name)
		}
		for i := range width * height {
			changed := &RGBA{width, height, slices.Clone(b.Pix)}
			changed.Pix[4*i+i%3]++
			seen := i%width >= 4 && i/width < 5
			if other := of(a, changed) != want; other != seen {
				t.Errorf("%s: pixel %d, %d changes it: %v, want %v", name, i%width, i/width, other, seen)
			}
		}
	}
}
