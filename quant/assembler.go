package quant

import (
	"errors"
	"fmt"
	"reflect"

	"tcmoa/core"
	"tcmoa/quant/safetensors"
)

// assembler turns the bytes of a safetensors file, in whatever pieces they
// come, into tensors. It keeps the bytes of the tensor under way and the scales
// whose tensor has not come yet.
type assembler struct {
	config  core.Config
	content int64 // size of the file
	each    func(name string, t core.Tensor) error

	buf    []byte                  // the part under way, as far as it has come
	need   int                     // bytes of the part under way
	finish func(part []byte) error // takes the part; nil after the last

	layout  layout
	entries []safetensors.Entry // yet to come
	wanted  map[string]bool
	scales  map[string][]byte // by name of the companion
}

func newAssembler(m Manifest, each func(name string, t core.Tensor) error) *assembler {
	a := &assembler{config: m.Variant, content: m.Content(), each: each}
	a.need, a.finish = safetensors.PrefixSize, a.prefix
	return a
}

// write takes the next bytes of the file.
func (a *assembler) write(p []byte) error {
	for len(p) > 0 {
		if a.finish == nil {
			return errors.New("data after the last tensor")
		}
		n := min(len(p), a.need-len(a.buf))
		part := p[:n]
		if len(a.buf) > 0 || n < a.need { // the part does not lie in p as a whole
			a.buf = append(a.buf, part...)
			part = a.buf
		}
		p = p[n:]
		if len(part) < a.need {
			return nil
		}
		err := a.finish(part)
		a.buf = a.buf[:0]
		if err != nil {
			return err
		}
	}
	return nil
}

// close reports a file that ended too early.
func (a *assembler) close() error {
	switch {
	case a.finish == nil:
		return nil
	case len(a.entries) > 0:
		return fmt.Errorf("the file ends in tensor %q", a.entries[0].Name)
	}
	return errors.New("the file ends in its header")
}

// prefix takes the header length.
func (a *assembler) prefix(part []byte) error {
	n, err := safetensors.Length(part)
	if err != nil {
		return err
	}
	if int64(n) > a.content-safetensors.PrefixSize {
		return fmt.Errorf("header of %d bytes ends outside the file of %d", n, a.content)
	}
	a.need, a.finish = n, a.header
	return nil
}

// header takes the header, which must be that of the manifest's network.
func (a *assembler) header(part []byte) error {
	h, err := safetensors.Parse(part)
	if err != nil {
		return err
	}
	if want := safetensors.PrefixSize + int64(len(part)) + h.DataSize(); want != a.content {
		return fmt.Errorf("file has %d bytes, its header tells of %d", a.content, want)
	}
	if a.layout, err = newLayout(h); err != nil {
		return err
	}
	if !reflect.DeepEqual(a.layout.config, a.config) {
		return errors.New("its config is not the manifest's variant")
	}
	wanted, err := plan(a.config, a.layout.infos)
	if err != nil {
		return err
	}
	a.wanted = map[string]bool{}
	for _, t := range wanted {
		a.wanted[t.Name] = true
	}
	a.scales = map[string][]byte{}
	a.entries = h.Entries
	a.finish = a.tensor
	a.expect()
	return nil
}

// expect sets up the next tensor.
func (a *assembler) expect() {
	for len(a.entries) > 0 {
		if a.need = int(a.entries[0].End - a.entries[0].Begin); a.need > 0 {
			return
		}
		a.entries = a.entries[1:] // empty, so none that the network uses
	}
	a.finish = nil
}

// tensor takes the bytes of the first of a.entries.
func (a *assembler) tensor(part []byte) error {
	e := a.entries[0]
	a.entries = a.entries[1:]
	p, ok := a.layout.parts[e.Name]
	switch {
	case !ok: // scales, which belong to the tensor that follows
		a.scales[e.Name] = append([]byte(nil), part...)
	case a.wanted[e.Name]:
		scale, ok := a.scales[p.scale.Name]
		if e.DType == safetensors.I8 && !ok {
			return fmt.Errorf("tensor %q comes before its scales", e.Name)
		}
		delete(a.scales, p.scale.Name)
		if err := a.each(e.Name, p.tensor(part, scale)); err != nil {
			return fmt.Errorf("tensor %q: %w", e.Name, err)
		}
	}
	a.expect()
	return nil
}
