package quant

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"tcmoa/core"
)

// FuzzManifest checks that whatever manifest is accepted can be true and
// survives writing and reading.
func FuzzManifest(f *testing.F) {
	m, _, _ := smallFile(f)
	m.Frames = m.Frames[:2]
	m.Size = m.Frames[0].Length + m.Frames[1].Length
	text, err := m.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseManifest(text)
		if err != nil {
			return
		}
		if !plainName(m.File) || m.Content() > maxContent(m.Variant) {
			t.Fatalf("accepted %+v", m)
		}
		end := int64(0)
		for _, frame := range m.Frames {
			if frame.Offset != end || frame.Content > maxFrame {
				t.Fatalf("accepted %+v", m.Frames)
			}
			end += frame.Length
		}
		text, err = m.Encode()
		if err != nil {
			return // longer than a manifest may be, once indented
		}
		again, err := ParseManifest(text)
		if err != nil || !reflect.DeepEqual(again, m) {
			t.Fatalf("%+v became %+v (%v)", m, again, err)
		}
	})
}

// FuzzFrame decodes bytes whose hash is right.
func FuzzFrame(f *testing.F) {
	m, file, _ := smallFile(f)
	last := m.Frames[len(m.Frames)-1]
	f.Add(file[last.Offset:], last.Content)
	f.Fuzz(func(t *testing.T, data []byte, content int64) {
		d, err := NewFrameDecoder(frameOf(data, content))
		if err != nil {
			return
		}
		defer d.Close()
		decoded, err := d.Decode(0, data)
		if err == nil && int64(len(decoded)) != content || cap(d.content) > maxFrame {
			t.Fatalf("%d bytes (%d claimed), want %d", len(decoded), cap(d.content), content)
		}
	})
}

// FuzzAssembler puts a safetensors file together from a header and data that
// are hostile but fit the manifest, in chunks of a hostile size.
func FuzzAssembler(f *testing.F) {
	h, data := plain(f)
	header, err := h.Encode()
	if err != nil {
		f.Fatal(err)
	}
	// The data are left out of the corpus: they are all alike to the assembler.
	f.Add(header, len(data), 1000)
	f.Add(header[:len(header)-1], len(data), 1)
	params := len(smallConfig().Params())
	f.Fuzz(func(t *testing.T, header []byte, size, chunk int) {
		if size < 0 || size > 1<<20 || chunk < 1 || chunk > 1<<20 {
			return
		}
		tensors, err := assemble(slices.Concat(header, make([]byte, size)), chunk)
		if err == nil && tensors < params-2 || tensors > params { // two modal_shifts are optional
			t.Fatalf("%d tensors of %d without error", tensors, params)
		}
	})
}

// FuzzStream writes hostile bytes in place of a file's, from any frame on.
func FuzzStream(f *testing.F) {
	m, file, _ := smallFile(f)
	f.Add(file[m.Frames[2].Offset:m.Frames[3].Offset], uint(2), 100)
	f.Fuzz(func(t *testing.T, data []byte, frame uint, chunk int) {
		if chunk < 1 || chunk > 1<<20 {
			return
		}
		at := m.Frames[frame%uint(len(m.Frames))].Offset
		if bytes.HasPrefix(file[at:], data) {
			return // as it should be
		}
		s, err := NewStream(m, func(string, core.Tensor) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Write(file[:at]); err != nil {
			t.Fatal(err)
		}
		for part := range slices.Chunk(data, chunk) {
			if _, err = s.Write(part); err != nil {
				break
			}
		}
		if end := s.Close(); err == nil && end == nil {
			t.Fatal("a file with other bytes is accepted")
		}
	})
}
