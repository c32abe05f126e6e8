// Package checkpoint imports the checkpoints that PyTorch training code
// publishes: a zip archive with a pickle that describes the tensors, and their
// storages beside it. Storages are read tensor by tensor, so that a checkpoint
// of any size needs memory for its largest tensor only.
//
// No code of a pickle is run: objects of classes that are not needed for a
// state dict are read over.
package checkpoint

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"tcmoa/core"
	"tcmoa/quant"
)

// Open opens a checkpoint with a state dict under the key "model", or one that
// is a state dict itself, and checks that it holds a whole network. The variant
// is found by quant.Infer; adjust may change it and may be nil. The names of the
// tensors are those of the state dict.
func Open(path string, adjust func(*core.Config)) (quant.Source, error) {
	return quant.OpenFile(path, func(name string, r io.ReaderAt, size int64, closer io.Closer) (quant.Source, error) {
		return New(name, r, size, closer, adjust)
	})
}

// New is Open for the size bytes of r; name stands in errors. Closing the
// source closes closer, which may be nil.
func New(name string, r io.ReaderAt, size int64, closer io.Closer, adjust func(*core.Config)) (quant.Source, error) {
	s := &source{name: name, closer: closer}
	if err := s.open(r, size, adjust); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// source is a quant.Source over a checkpoint.
type source struct {
	name    string
	config  core.Config
	infos   []quant.Info
	tensors map[string]*tensorRef
	closer  io.Closer
}

func (s *source) open(r io.ReaderAt, size int64, adjust func(*core.Config)) error {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("this is no checkpoint of PyTorch 1.6 or later, which is a zip archive: %w", err)
	}
	records, pickle, err := index(archive, size)
	if err != nil {
		return err
	}
	root, err := unpickle(pickle, records)
	if err != nil {
		return fmt.Errorf("%s: %w", pickle.Name, err)
	}
	if s.infos, s.tensors, err = stateDict(root); err != nil {
		return fmt.Errorf("%s: %w", pickle.Name, err)
	}
	if s.config, err = quant.Infer(s.infos, adjust); err != nil {
		return err
	}
	if err := quant.Check(s); err != nil {
		return err
	}
	for _, p := range s.config.Params() {
		if t, ok := s.tensors[p.Name]; ok && t.storage.kind.floats == nil {
			return fmt.Errorf("tensor %q is of %s, want floating point", p.Name, t.storage.kind.name)
		}
	}
	return nil
}

// index lists the records of an archive by the names that the pickle uses, and
// finds the pickle.
func index(archive *zip.Reader, size int64) (records map[string]*zip.File, pickle *zip.File, err error) {
	for _, f := range archive.File {
		if path.Base(f.Name) == "data.pkl" {
			if pickle != nil {
				return nil, nil, fmt.Errorf("records %q and %q are both the state's", pickle.Name, f.Name)
			}
			pickle = f
		}
	}
	if pickle == nil {
		return nil, nil, errors.New("no record data.pkl: this is not a PyTorch checkpoint")
	}
	folder := path.Join(path.Dir(pickle.Name), "data") + "/"
	records = map[string]*zip.File{}
	for _, f := range archive.File {
		if len(f.Name) <= len(folder) || f.Name[:len(folder)] != folder {
			continue
		}
		key := f.Name[len(folder):]
		if records[key] != nil {
			return nil, nil, fmt.Errorf("record %q is there twice", f.Name)
		}
		records[key] = f
		// Stored records cannot claim more bytes than the file has; compressed
		// ones could, and PyTorch writes none.
		if f.Method != zip.Store {
			return nil, nil, fmt.Errorf("record %q is compressed, which PyTorch's are not", f.Name)
		}
		if f.UncompressedSize64 != f.CompressedSize64 || f.CompressedSize64 > uint64(size) {
			return nil, nil, fmt.Errorf("record %q of %d bytes does not fit the file of %d", f.Name, f.UncompressedSize64, size)
		}
	}
	return records, pickle, nil
}

func (s *source) Config() core.Config   { return s.config }
func (s *source) Tensors() []quant.Info { return slices.Clone(s.infos) }

func (s *source) Tensor(name string) (core.Tensor, error) {
	t, ok := s.tensors[name]
	if !ok {
		return core.Tensor{}, fmt.Errorf("%s: no tensor %q", s.name, name)
	}
	values, err := t.read()
	if err != nil {
		return core.Tensor{}, fmt.Errorf("%s: tensor %q: %w", s.name, name, err)
	}
	return core.Tensor{Shape: slices.Clone(t.shape), F32: values}, nil
}

func (s *source) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}
