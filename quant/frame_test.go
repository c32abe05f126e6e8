package quant

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// pieces writes pieces through a frameWriter and returns the contents' sizes.
func pieces(t *testing.T, sizes ...int) (Manifest, []byte, []byte) {
	t.Helper()
	var file bytes.Buffer
	w, err := newFrameWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	var content []byte
	for i, n := range sizes {
		piece := bytes.Repeat([]byte{byte(i + 1)}, n)
		content = append(content, piece...)
		if written, err := w.Write(piece); err != nil || written != n {
			t.Fatalf("wrote %d of %d: %v", written, n, err)
		}
	}
	var m Manifest
	if err := w.finish(&m); err != nil {
		t.Fatal(err)
	}
	return m, file.Bytes(), content
}

func TestFrameWriterCuts(t *testing.T) {
	const target, most = targetFrame, maxFrame
	large := smallConfig() // whose parameters could need as much
	large.Dim = 1024
	for _, c := range []struct {
		what  string
		sizes []int
		want  []int64
	}{
		{"nothing", nil, nil},
		{"small pieces share a frame", []int{1, 2, 3}, []int64{6}},
		{"up to the target", []int{target - 1, 1}, []int64{target}},
		{"a piece that passes the target starts a frame", []int{target - 1, 2}, []int64{target - 1, 2}},
		{"a piece above the target is not cut", []int{5, target + 1, 5}, []int64{5, target + 1, 5}},
		{"the largest piece that is not cut", []int{1, most, 1}, []int64{1, most, 1}},
		{"a piece of one more", []int{1, most + 1, 1}, []int64{1, most, 2}},
		{"a piece of several frames", []int{2*most + 3}, []int64{most, most, 3}},
	} {
		m, file, content := pieces(t, c.sizes...)
		var got []int64
		end := int64(0)
		for _, f := range m.Frames {
			got = append(got, f.Content)
			if f.Offset != end || Hash(sha256.Sum256(file[f.Offset:f.Offset+f.Length])) != f.SHA256 {
				t.Errorf("%s: frame %+v is not what the file has", c.what, f)
			}
			end += f.Length
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: frames hold %v, want %v", c.what, got, c.want)
		}
		if m.Size != int64(len(file)) || m.SHA256 != sha256.Sum256(file) {
			t.Errorf("%s: size or hash of the file", c.what)
		}
		// What any zstd tool makes of the whole file.
		d, err := zstd.NewReader(nil)
		if err != nil {
			t.Fatal(err)
		}
		if decoded, err := d.DecodeAll(file, nil); err != nil || !bytes.Equal(decoded, content) {
			t.Errorf("%s: the file decodes to something else (%v)", c.what, err)
		}
		d.Close()
		// And what ours makes of its frames.
		m.File, m.Variant = weightsFile, large
		if len(m.Frames) == 0 {
			continue
		}
		frames, err := NewFrameDecoder(m)
		if err != nil {
			t.Fatal(err)
		}
		var decoded []byte
		for i, f := range m.Frames {
			part, err := frames.Decode(i, file[f.Offset:f.Offset+f.Length])
			if err != nil {
				t.Fatal(err)
			}
			decoded = append(decoded, part...)
		}
		if !bytes.Equal(decoded, content) {
			t.Errorf("%s: the frames decode to something else", c.what)
		}
		frames.Close()
	}
}

// frameOf is the manifest of a weight file that is one frame of given bytes.
func frameOf(data []byte, content int64) Manifest {
	return Manifest{
		Variant: smallConfig(), File: weightsFile, Size: int64(len(data)),
		Frames: []Frame{{Length: int64(len(data)), Content: content, SHA256: sha256.Sum256(data)}},
	}
}

func TestFrameDecoder(t *testing.T) {
	m, file, _ := smallFile(t)
	d, err := NewFrameDecoder(m)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	part := func(i int) []byte { return file[m.Frames[i].Offset : m.Frames[i].Offset+m.Frames[i].Length] }
	for i := len(m.Frames) - 1; i >= 0; i-- { // in any order
		content, err := d.Decode(i, part(i))
		if err != nil || int64(len(content)) != m.Frames[i].Content {
			t.Errorf("frame %d: %d bytes, %v", i, len(content), err)
		}
	}
	if err := d.Verify(0, part(1)); err == nil {
		t.Error("frame 1 is accepted as frame 0")
	}
	for _, i := range []int{-1, len(m.Frames)} {
		if err := d.Verify(i, part(0)); err == nil {
			t.Errorf("there is no frame %d", i)
		}
	}
}

// TestFrameDecoderRefuses has frames whose hashes are right and whose contents
// are not what the manifest says.
func TestFrameDecoderRefuses(t *testing.T) {
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer encoder.Close()
	encode := func(n int) []byte { return encoder.EncodeAll(make([]byte, n), nil) }
	var stream bytes.Buffer // a frame that does not tell its size
	streaming, err := zstd.NewWriter(&stream, zstd.WithWindowSize(maxFrame))
	if err != nil {
		t.Fatal(err)
	}
	for range 32 {
		if _, err := streaming.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := streaming.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what    string
		data    []byte
		content int64
	}{
		{"one byte too many", encode(1001), 1000},
		{"one byte too few", encode(999), 1000},
		{"a bomb that tells its size", encode(64 << 20), maxFrame},
		{"a bomb that does not", stream.Bytes(), maxFrame},
		{"frames that are too much together", append(encode(600), encode(600)...), 1000},
		{"no zstd", []byte("PK\x03\x04 and so on"), 1000},
		{"half a frame", encode(1000)[:10], 1000},
		{"a frame and rubbish", append(encode(1000), 1, 2, 3), 1000},
	} {
		// The bombs are longer than a frame of their content may be.
		data := c.data
		if limit := compressBound(c.content); int64(len(data)) > limit {
			data = data[:limit]
		}
		d, err := NewFrameDecoder(frameOf(data, c.content))
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Decode(0, data)
		if err == nil || errors.Is(err, ErrHash) || !strings.Contains(err.Error(), weightsFile+": frame 0") {
			t.Errorf("%s: error is %v", c.what, err)
		}
		if cap(d.content) > maxFrame {
			t.Errorf("%s: %d bytes claimed", c.what, cap(d.content))
		}
		d.Close()
	}
}
