package quant

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"

	"tcmoa/core"
)

// weightsFile is the weight file's name in the folders that WriteModel makes.
const weightsFile = "weights.safetensors.zst"

// Meta is what a manifest says of a model besides its bytes.
type Meta struct {
	Name    string // the config's name when empty
	Licence string
	Origin  string // where the weights come from
}

// WriteModel quantises src and writes it as a model folder, which it makes if
// need be. The same source gives the same bytes. The files replace older ones
// only when they are complete, the manifest last. Progress is in tensors.
func WriteModel(ctx context.Context, dir string, src Source, meta Meta, progress Progress) (Manifest, error) {
	m := Manifest{
		Name:    cmp.Or(meta.Name, src.Config().Name),
		Variant: src.Config(),
		File:    weightsFile,
		Licence: meta.Licence,
		Origin:  meta.Origin,
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return Manifest{}, err
	}
	var text []byte
	err := replace(filepath.Join(dir, m.File), func(w io.Writer) error {
		frames, err := newFrameWriter(w)
		if err != nil {
			return err
		}
		if err := WriteSafetensors(ctx, frames, Quantised(src), progress); err != nil {
			return err
		}
		if err := frames.finish(&m); err != nil {
			return err
		}
		if err := m.Validate(); err != nil { // here, so that the older files stay
			return err
		}
		text, err = m.Encode()
		return err
	})
	if err != nil {
		return Manifest{}, err
	}
	err = replace(filepath.Join(dir, ManifestFile), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	return m, err
}

// replace writes a file under a temporary name and then gives it its own.
func replace(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	err = cmp.Or(write(f), f.Chmod(0o644))
	if err = cmp.Or(err, f.Close()); err == nil {
		if err = os.Rename(f.Name(), path); err == nil {
			return nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// Model is an opened model folder.
type Model struct {
	Source
	Manifest Manifest
	weights  *os.File
}

// OpenModel opens a model folder. Tensors are read, and the frames that hold
// them verified, on demand.
func OpenModel(dir string) (*Model, error) {
	path := filepath.Join(dir, ManifestFile)
	text, err := readLimited(path, MaxManifest)
	if err != nil {
		return nil, err
	}
	m, err := ParseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	path = filepath.Join(dir, m.File)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	model := &Model{Manifest: m, weights: f}
	if model.Source, err = model.open(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return model, nil
}

func (m *Model) open(path string) (Source, error) {
	stat, err := m.weights.Stat()
	if err != nil {
		return nil, err
	}
	if stat.Size() != m.Manifest.Size {
		return nil, fmt.Errorf("%s: file has %d bytes, want %d", path, stat.Size(), m.Manifest.Size)
	}
	content, err := newContentReader(m.Manifest, m.weights)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	src, err := NewSafetensors(path, content, m.Manifest.Content(), content)
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(src.Config(), m.Manifest.Variant) {
		return nil, fmt.Errorf("%s: its config is not the manifest's variant", path)
	}
	return src, nil
}

// Close releases the folder's files.
func (m *Model) Close() error { return errors.Join(m.Source.Close(), m.weights.Close()) }

// Verify reads the whole weight file as the page does and checks all hashes,
// the file's own included. Progress is in bytes of the file.
func (m *Model) Verify(ctx context.Context, progress Progress) error {
	s, err := NewStream(m.Manifest, func(string, core.Tensor) error { return ctx.Err() })
	if err != nil {
		return err
	}
	s.Progress = progress
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(sum, s), io.NewSectionReader(m.weights, 0, m.Manifest.Size))
	if err = cmp.Or(err, s.Close()); err != nil {
		return err
	}
	if Hash(sum.Sum(nil)) != m.Manifest.SHA256 {
		return fmt.Errorf("%s: %w", m.weights.Name(), ErrHash)
	}
	return nil
}

// readLimited reads a file of at most limit bytes.
func readLimited(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%s: more than %d bytes", path, limit)
	}
	return b, err
}
