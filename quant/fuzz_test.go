package quant

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"tcmoa/core"
	"tcmoa/quant/safetensors"
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

// FuzzAssembler reads a file whose header was edited: the edits are triples of
// bytes, what to do and the two entries to do it to. The chunks are of a hostile
// size.
func FuzzAssembler(f *testing.F) {
	h, data := plain(f)
	f.Add([]byte{0, 8, 9}, 1000)
	f.Add([]byte{1, 3, 0, 2, 3, 0}, 1)
	dtypes := []safetensors.DType{safetensors.F32, safetensors.F16, safetensors.BF16, safetensors.I8}
	params := h.Entries
	f.Fuzz(func(t *testing.T, edits []byte, chunk int) {
		if len(edits) > 30 || chunk < 1 || chunk > 1<<20 {
			return
		}
		entries := slices.Clone(params)
		for edit := range slices.Chunk(edits, 3) {
			if len(edit) < 3 || len(entries) == 0 {
				break
			}
			i, j := int(edit[1])%len(entries), int(edit[2])%len(entries)
			switch edit[0] % 6 {
			case 0:
				entries[i], entries[j] = entries[j], entries[i]
			case 1:
				entries = slices.Delete(entries, i, i+1)
			case 2:
				entries = slices.Insert(entries, i, entries[j])
			case 3:
				entries[i].Name = params[edit[2]%byte(len(params))].Name + "_scale"
			case 4:
				entries[i].DType = dtypes[int(edit[2])%len(dtypes)]
			case 5:
				entries[i].Shape = entries[j].Shape
			}
		}
		edited := relaid(h, entries)
		header, err := edited.Encode()
		if err != nil {
			return // a name twice
		}
		content := append(header, make([]byte, edited.DataSize())...)
		copy(content[len(header):], data)
		tensors, err := assemble(content, chunk)
		required := 0
		for _, p := range smallConfig().Params() {
			if !p.Optional {
				required++
			}
		}
		if err == nil && tensors < required {
			t.Fatalf("%d tensors of %d without error", tensors, required)
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
