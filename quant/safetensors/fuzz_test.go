package safetensors

import (
	"bytes"
	"reflect"
	"testing"
)

// FuzzParse checks that whatever header is accepted describes data that is
// there, and survives writing and reading.
func FuzzParse(f *testing.F) {
	b, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[PrefixSize:])
	f.Add([]byte(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I8","shape":[],"data_offsets":[8,9]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := Parse(text)
		if err != nil {
			return
		}
		end := int64(0)
		for _, e := range h.Entries {
			size := int64(e.DType.Size())
			for _, n := range e.Shape {
				size *= int64(n)
			}
			if e.Begin != end || e.End-e.Begin != size {
				t.Fatalf("entry %+v after %d", e, end)
			}
			end = e.End
		}
		b, err := h.Encode()
		if err != nil {
			return // longer than a header may be, once written in full
		}
		again, err := Parse(b[PrefixSize:])
		if err != nil {
			t.Fatal(err)
		}
		if len(h.Metadata) == 0 { // written, an empty map is none
			h.Metadata = again.Metadata
		}
		if !reflect.DeepEqual(h, again) {
			t.Fatalf("%+v became %+v", h, again)
		}
	})
}

// FuzzFile checks that any bytes are read or refused without claiming more
// memory than they have.
func FuzzFile(f *testing.F) {
	f.Add(file(f, sample()))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := NewFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		read := 0
		for _, e := range file.Entries {
			raw, err := file.Read(e)
			if err != nil {
				t.Fatal(err)
			}
			read += len(raw)
		}
		if read > len(b) {
			t.Fatalf("%d bytes from a file of %d", read, len(b))
		}
	})
}
