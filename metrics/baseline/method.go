package baseline

import (
	"fmt"

	"tcmoa/core"
)

// Method is a way to fuse two pictures.
type Method struct {
	Name  string // one lower-case word
	Title string

	// fuse replaces a by the fusion of a and b.
	fuse func(a, b *layers)
}

// All is every method, the plainest first.
var All = []Method{Average, Maximum, Laplacian, Mertens, Guided}

// Named returns the method of a name.
func Named(name string) (Method, error) {
	for _, m := range All {
		if m.Name == name {
			return m, nil
		}
	}
	return Method{}, fmt.Errorf("unknown method %q", name)
}

// Fuse writes the fusion of two pictures of one size to out.
func (m Method) Fuse(a, b core.Picture, colour Colour, out core.Canvas) error {
	width, height := a.Size()
	if w, h := b.Size(); w != width || h != height {
		return fmt.Errorf("the pictures differ in size: %d×%d and %d×%d", width, height, w, h)
	}
	if width < 1 || height < 1 {
		return fmt.Errorf("a picture of %d×%d pixels cannot be fused", width, height)
	}
	if colour == Both {
		x, y := newLayers(a, rgb), newLayers(b, rgb)
		m.fuse(x, y)
		x.write(out)
		return nil
	}
	x, y := newLayers(a, luminance), newLayers(b, luminance)
	m.fuse(x, y)
	kept := a
	if colour == Second {
		kept = b
	}
	x.writeIn(kept, out)
	return nil
}
