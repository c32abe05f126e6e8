package quant

import (
	"context"
	"encoding/json/v2"
	"fmt"
	"io"
	"slices"

	"tcmoa/core"
	"tcmoa/quant/safetensors"
)

// scaleSuffix names the companion of an int8 tensor that holds its scales.
const scaleSuffix = "_scale"

// layout is what a safetensors header says of a network's tensors: int8 tensors
// and their scales are one.
type layout struct {
	config core.Config
	infos  []Info // in the order of their bytes
	parts  map[string]parts
}

// parts are where a tensor's values and, for int8, its scales are.
type parts struct{ values, scale safetensors.Entry }

func newLayout(h safetensors.Header) (layout, error) {
	l := layout{parts: map[string]parts{}}
	scales := map[string]safetensors.Entry{}
	for _, e := range h.Entries {
		if e.DType == safetensors.I8 {
			scales[e.Name+scaleSuffix] = safetensors.Entry{}
		}
	}
	for _, e := range h.Entries {
		if _, ok := scales[e.Name]; ok {
			scales[e.Name] = e
			continue
		}
		l.infos = append(l.infos, Info{Name: e.Name, Shape: e.Shape, Int8: e.DType == safetensors.I8})
		l.parts[e.Name] = parts{values: e}
	}
	for _, t := range l.infos {
		if !t.Int8 {
			continue
		}
		s := scales[t.Name+scaleSuffix]
		if len(t.Shape) == 0 || s.DType != safetensors.F32 || !slices.Equal(s.Shape, t.Shape[:1]) {
			return layout{}, fmt.Errorf("tensor %q: int8 of shape %v needs a tensor %q, F32, with a scale per output channel; found %s %v",
				t.Name, t.Shape, t.Name+scaleSuffix, s.DType, s.Shape)
		}
		p := l.parts[t.Name]
		p.scale = s
		l.parts[t.Name] = p
	}
	var err error
	if text, ok := h.Metadata[configKey]; ok {
		l.config, err = parseConfig([]byte(text))
	} else {
		l.config, err = Infer(l.infos, nil)
	}
	return l, err
}

// tensor makes a tensor from its stored bytes.
func (p parts) tensor(values, scale []byte) core.Tensor {
	t := core.Tensor{Shape: slices.Clone(p.values.Shape)}
	if p.values.DType == safetensors.I8 {
		t.I8 = safetensors.Int8s(values)
		t.Scale = p.scale.DType.Floats(scale)
	} else {
		t.F32 = p.values.DType.Floats(values)
	}
	return t
}

// safetensorsSource is a Source over a safetensors file.
type safetensorsSource struct {
	layout
	name   string // of the file, for errors
	file   *safetensors.File
	closer io.Closer
}

// OpenSafetensors opens a safetensors file of float or int8 weights and checks
// that it holds a whole network. The config comes from its metadata, or,
// where there is none, from Infer.
func OpenSafetensors(path string) (Source, error) { return OpenFile(path, NewSafetensors) }

// NewSafetensors is OpenSafetensors for the size bytes of r; name stands in
// errors. Closing the source closes closer, which may be nil.
func NewSafetensors(name string, r io.ReaderAt, size int64, closer io.Closer) (Source, error) {
	file, err := safetensors.NewFile(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	l, err := newLayout(file.Header)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	src := &safetensorsSource{l, name, file, closer}
	if err := Check(src); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return src, nil
}

func (s *safetensorsSource) Config() core.Config { return s.config }
func (s *safetensorsSource) Tensors() []Info     { return slices.Clone(s.infos) }

func (s *safetensorsSource) Tensor(name string) (core.Tensor, error) {
	p, ok := s.parts[name]
	if !ok {
		return core.Tensor{}, fmt.Errorf("%s: no tensor %q", s.name, name)
	}
	var scale []byte
	values, err := s.file.Read(p.values)
	if err == nil && p.values.DType == safetensors.I8 {
		scale, err = s.file.Read(p.scale)
	}
	if err != nil {
		return core.Tensor{}, fmt.Errorf("%s: %w", s.name, err)
	}
	return p.tensor(values, scale), nil
}

func (s *safetensorsSource) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// WriteSafetensors writes the parameters of src that the network uses as a
// safetensors file, in the network's order: F32, or I8 after its scales where
// src gives int8. Progress is in tensors. The header and every stored tensor are
// one call of w.Write each.
func WriteSafetensors(ctx context.Context, w io.Writer, src Source, progress Progress) error {
	wanted, err := plan(src.Config(), src.Tensors())
	if err != nil {
		return err
	}
	config, err := json.Marshal(src.Config())
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	h := safetensors.Header{Metadata: map[string]string{configKey: string(config)}}
	for _, t := range wanted {
		if t.Int8 {
			h.Add(t.Name+scaleSuffix, safetensors.F32, t.Shape[0])
			h.Add(t.Name, safetensors.I8, t.Shape...)
		} else {
			h.Add(t.Name, safetensors.F32, t.Shape...)
		}
	}
	header, err := h.Encode()
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	var raw []byte
	write := func(b []byte) error {
		raw = b
		_, err := w.Write(raw)
		return err
	}
	return Each(ctx, src, progress, func(name string, t core.Tensor) error {
		if t.I8 == nil {
			return write(safetensors.AppendFloats(raw[:0], t.F32))
		}
		if err := write(safetensors.AppendFloats(raw[:0], t.Scale)); err != nil {
			return err
		}
		return write(safetensors.AppendInt8s(raw[:0], t.I8))
	})
}
