package quant

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tcmoa/core"
)

// weightFile writes src as int8 in frames of about target bytes.
func weightFile(t testing.TB, src Source, target int) (Manifest, []byte) {
	t.Helper()
	var file bytes.Buffer
	w, err := newFrameWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	w.target = target
	m := Manifest{Name: "test", Variant: src.Config(), File: weightsFile}
	if err := WriteSafetensors(context.Background(), w, Quantised(src), nil); err != nil {
		t.Fatal(err)
	}
	if err := w.finish(&m); err != nil {
		t.Fatal(err)
	}
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	return m, file.Bytes()
}

// smallFile is the weight file of the small network, in several frames.
func smallFile(t testing.TB) (Manifest, []byte, map[string]core.Tensor) {
	src := randomSource(smallConfig())
	m, file := weightFile(t, src, 4<<10)
	if len(m.Frames) < 5 {
		t.Fatalf("%d frames are too few for these tests", len(m.Frames))
	}
	return m, file, load(t, Quantised(src))
}

// collect makes a stream into a map.
func collect(t testing.TB, m Manifest) (*Stream, map[string]core.Tensor) {
	t.Helper()
	got := map[string]core.Tensor{}
	s, err := NewStream(m, func(name string, p core.Tensor) error {
		if _, ok := got[name]; ok {
			return errors.New("it came twice")
		}
		got[name] = p
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, got
}

func TestStreamReaders(t *testing.T) {
	m, file, want := smallFile(t)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"whole":         func(r io.Reader) io.Reader { return r },
		"byte by byte":  iotest.OneByteReader,
		"halves":        iotest.HalfReader,
		"data with EOF": iotest.DataErrReader,
	} {
		t.Run(name, func(t *testing.T) {
			s, got := collect(t, m)
			// The struct hides bytes.Reader's WriteTo, which would write all at once.
			if _, err := io.Copy(s, struct{ io.Reader }{wrap(bytes.NewReader(file))}); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			sameParams(t, got, want)
		})
	}
}

func TestStreamChunks(t *testing.T) {
	m, file, want := smallFile(t)
	first := int(m.Frames[0].Length)
	for _, size := range []int{1, 2, 3, first - 1, first, first + 1, 2 * first, len(file) - 1, len(file)} {
		s, got := collect(t, m)
		for chunk := range slices.Chunk(file, size) {
			n, err := s.Write(chunk)
			if err != nil || n != len(chunk) {
				t.Fatalf("chunks of %d: wrote %d of %d, error %v", size, n, len(chunk), err)
			}
			if n, err := s.Write(nil); n != 0 || err != nil {
				t.Fatalf("writing nothing: %d, %v", n, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatalf("chunks of %d: %v", size, err)
		}
		sameParams(t, got, want)
	}
}

func TestStreamOrderAndHooks(t *testing.T) {
	m, file, _ := smallFile(t)
	var names, events []string
	s, err := NewStream(m, func(name string, _ core.Tensor) error {
		names = append(names, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var kept []byte
	s.Keep = func(i int, frame []byte) error {
		kept = append(kept, frame...)
		events = append(events, fmt.Sprint("keep ", i))
		return nil
	}
	s.Progress = func(done, total int64) {
		if done != int64(len(kept)) || total != m.Size {
			t.Errorf("progress %d of %d after %d bytes", done, total, len(kept))
		}
		events = append(events, "progress")
	}
	if _, err := s.Write(file); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, p := range m.Variant.Params() {
		want = append(want, p.Name)
	}
	if !slices.Equal(names, want) {
		t.Errorf("tensors came as %v, want %v", names, want)
	}
	if !bytes.Equal(kept, file) {
		t.Error("the frames kept are not the file")
	}
	want = nil
	for i := range m.Frames {
		want = append(want, fmt.Sprint("keep ", i), "progress")
	}
	if !slices.Equal(events, want) {
		t.Errorf("events are %v, want %v", events, want)
	}
}

func TestStreamHandsOutEarly(t *testing.T) {
	m, file, want := smallFile(t)
	s, got := collect(t, m)
	before := 0
	for i, f := range m.Frames {
		if _, err := s.Write(file[f.Offset : f.Offset+f.Length]); err != nil {
			t.Fatal(err)
		}
		// The first frames hold the header.
		if i > 2 && len(got) == before {
			t.Errorf("frame %d brought no tensor", i)
		}
		before = len(got)
	}
	sameParams(t, got, want)
}

func TestStreamCutAnywhere(t *testing.T) {
	m, file, want := smallFile(t)
	s, got := collect(t, m)
	for n := range file {
		err := s.complete()
		if err == nil || !strings.Contains(err.Error(), m.File) {
			t.Fatalf("cut after %d of %d bytes: error is %v", n, len(file), err)
		}
		if _, err := s.Write(file[n : n+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.complete(); err != nil {
		t.Fatal(err)
	}
	sameParams(t, got, want)
	if _, err := s.Write([]byte{0}); err == nil {
		t.Error("a byte after the end is accepted")
	}
}

// TestStreamFlippedAnywhere flips a bit in every byte of the file. It also shows
// that a stream goes on after a bad frame: all flips of a frame meet one stream.
func TestStreamFlippedAnywhere(t *testing.T) {
	m, file, want := smallFile(t)
	s, got := collect(t, m)
	for i, f := range m.Frames {
		frame := file[f.Offset : f.Offset+f.Length]
		tensors := len(got)
		for at := range frame {
			bad := slices.Clone(frame)
			bad[at] ^= 1 << (at % 8)
			_, err := s.Write(bad)
			if !errors.Is(err, ErrHash) || !strings.Contains(err.Error(), m.File) || !strings.Contains(err.Error(), fmt.Sprint("frame ", i)) {
				t.Fatalf("a bit flipped in byte %d of frame %d: error is %v", at, i, err)
			}
			if len(got) != tensors || s.Offset() != f.Offset {
				t.Fatalf("a bit flipped in byte %d of frame %d: the stream went on", at, i)
			}
		}
		if _, err := s.Write(frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sameParams(t, got, want)
}

// TestStreamResumes breaks a download off in every frame and goes on from the
// stored frames.
func TestStreamResumes(t *testing.T) {
	m, file, want := smallFile(t)
	for cut := range m.Frames {
		var stored []byte
		s, _ := collect(t, m)
		s.Keep = func(_ int, frame []byte) error {
			stored = append(stored, frame...)
			return nil
		}
		if _, err := s.Write(file[:m.Frames[cut].Offset+m.Frames[cut].Length/2]); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err == nil {
			t.Fatal("half a file is complete")
		}
		resumed, got := collect(t, m)
		if _, err := resumed.Write(stored); err != nil {
			t.Fatal(err)
		}
		if _, err := resumed.Write(file[resumed.Offset():]); err != nil {
			t.Fatal(err)
		}
		if err := resumed.Close(); err != nil {
			t.Fatal(err)
		}
		if resumed.Offset() != m.Size {
			t.Errorf("offset at the end is %d, want %d", resumed.Offset(), m.Size)
		}
		sameParams(t, got, want)
	}
}

func TestStreamStopsOnErrors(t *testing.T) {
	m, file, _ := smallFile(t)
	full := errors.New("full")
	s, err := NewStream(m, func(string, core.Tensor) error { return full })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(file); !errors.Is(err, full) || !strings.Contains(err.Error(), "patch_embed.proj.weight") {
		t.Errorf("error is %v, want the callback's with the tensor's name", err)
	}
	if _, err := s.Write(file); !errors.Is(err, full) {
		t.Errorf("a dead stream says %v", err)
	}
	if err := s.Close(); !errors.Is(err, full) {
		t.Errorf("closing a dead stream says %v", err)
	}
	s, _ = collect(t, m)
	s.Keep = func(int, []byte) error { return full }
	if _, err := s.Write(file); !errors.Is(err, full) {
		t.Errorf("error is %v, want that of Keep", err)
	}
	m.Variant.Dim = 33
	if _, err := NewStream(m, nil); err == nil {
		t.Error("an invalid manifest is accepted")
	}
}

// TestStreamMemory streams a file of many frames and large tensors and looks at
// the memory in use at every tensor.
func TestStreamMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads 28 MB")
	}
	cfg := smallConfig()
	cfg.Dim, cfg.Depth, cfg.Heads, cfg.MLPRatio = 576, 6, 12, 4
	m, file := weightFile(t, &noise{cfg}, targetFrame)
	largest := 0
	for _, p := range cfg.Params() {
		if n, _ := core.Elements(p.Shape); n > largest {
			largest = n
		}
	}
	inUse := func() int64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return int64(s.HeapAlloc)
	}
	inUse() // empties the pools that writing the file filled
	before, peak := inUse(), int64(0)
	s, err := NewStream(m, func(_ string, p core.Tensor) error {
		if len(p.I8) > 0 { // the small ones between would only take time
			peak = max(peak, inUse()-before)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The struct hides bytes.Reader's WriteTo, which would write all at once.
	if _, err := io.Copy(s, struct{ io.Reader }{bytes.NewReader(file)}); err != nil {
		t.Fatal(err)
	}
	t.Logf("content %d MB in %d frames, peak %d MB", m.Content()>>20, len(m.Frames), peak>>20)
	// A frame and its content, which are the largest tensor's or targetFrame, the
	// tensor as bytes and as values, and the decoder's tables.
	if limit := int64(2*max(largest, targetFrame) + 2*largest + 2<<20); peak > limit || m.Content() < 2*limit {
		t.Errorf("peak of %d bytes for %d of content, want at most %d", peak, m.Content(), limit)
	}
}

// noise is a network of values that hardly compress, which holds none of them.
type noise struct{ config core.Config }

func (n *noise) Config() core.Config { return n.config }
func (n *noise) Close() error        { return nil }

func (n *noise) Tensors() []Info {
	var infos []Info
	for _, p := range n.config.Params() {
		infos = append(infos, Info{Name: p.Name, Shape: p.Shape})
	}
	return infos
}

func (n *noise) Tensor(name string) (core.Tensor, error) {
	for _, p := range n.config.Params() {
		if p.Name == name {
			elements, err := core.Elements(p.Shape)
			values := make([]float32, elements)
			for i := range values {
				values[i] = float32(int32(uint32(i+1) * 2654435761))
			}
			return core.Tensor{Shape: p.Shape, F32: values}, err
		}
	}
	return core.Tensor{}, fmt.Errorf("no tensor %q", name)
}
