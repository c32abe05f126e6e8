package safetensors

import (
	"errors"
	"fmt"
	"io"
)

// File reads single tensors of a safetensors file on demand.
type File struct {
	Header
	r    io.ReaderAt
	data int64 // where the tensors' bytes begin
}

// NewFile reads and checks the header of a file of size bytes.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	var prefix [PrefixSize]byte
	if err := readAt(r, prefix[:], 0); err != nil {
		return nil, fmt.Errorf("header length: %w", err)
	}
	n, err := Length(prefix[:])
	if err != nil {
		return nil, err
	}
	f := &File{r: r, data: PrefixSize + int64(n)}
	if f.data > size {
		return nil, fmt.Errorf("header of %d bytes ends outside the file of %d", n, size)
	}
	header := make([]byte, n)
	if err := readAt(r, header, PrefixSize); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if f.Header, err = Parse(header); err != nil {
		return nil, err
	}
	if want := f.data + f.DataSize(); want != size {
		return nil, fmt.Errorf("file has %d bytes, its header tells of %d", size, want)
	}
	return f, nil
}

// Read returns the bytes of a tensor of f.
func (f *File) Read(e Entry) ([]byte, error) {
	raw := make([]byte, e.End-e.Begin)
	if err := readAt(f.r, raw, f.data+e.Begin); err != nil {
		return nil, fmt.Errorf("tensor %q: %w", e.Name, err)
	}
	return raw, nil
}

// readAt fills p. Unlike io.ReaderAt it accepts an EOF that comes with the last
// bytes and never returns a bare one.
func readAt(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	switch {
	case n == len(p):
		return nil
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}
