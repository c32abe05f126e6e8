package checkpoint

import (
	"testing"

	"tcmoa/quant"
)

// claimed fails if a source offers more values than its file has bytes.
func claimed(t *testing.T, src quant.Source, size int) {
	for _, info := range src.Tensors() {
		n := 1
		for _, s := range info.Shape {
			n *= s
		}
		if n < 0 || n > size {
			t.Fatalf("tensor %q of shape %v from %d bytes", info.Name, info.Shape, size)
		}
	}
}

// FuzzOpen reads hostile archives.
func FuzzOpen(f *testing.F) {
	views, storages := smallViews()
	f.Add(published(f, views[:3], storages[:3]))
	f.Add(published(f, nil, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		src, err := open(b)
		if err != nil {
			return
		}
		claimed(t, src, len(b))
		if _, err := readAll(src); err != nil {
			t.Log(err) // a checksum; what matters is that nothing panics
		}
	})
}

// FuzzPickle reads hostile pickles in a sound archive, whose tensors are those
// of a network.
func FuzzPickle(f *testing.F) {
	views, storages := smallViews()
	f.Add(statePickle(views[:2]))
	f.Add(statePickle(views[len(views)-1:]))
	f.Add([]byte("\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x05modelN."))
	f.Fuzz(func(t *testing.T, pickle []byte) {
		b := archive(t, append([]record{{"net/data.pkl", pickle}}, storages[:4]...)...)
		src, err := open(b)
		if err == nil {
			claimed(t, src, len(b))
		}
	})
}
