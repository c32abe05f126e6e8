package checkpoint

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"tcmoa/quant/safetensors"
)

// kind is a PyTorch storage class.
type kind struct {
	name   string
	size   int                        // bytes of an element
	floats func(raw []byte) []float32 // nil where the elements are no floating-point numbers
}

// kinds are the storage classes that a state dict may name, by their names in
// the module torch. Those without floats are of buffers that nobody reads.
var kinds = map[string]*kind{
	"FloatStorage":    {"FloatStorage", 4, safetensors.F32.Floats},
	"HalfStorage":     {"HalfStorage", 2, safetensors.F16.Floats},
	"BFloat16Storage": {"BFloat16Storage", 2, safetensors.BF16.Floats},
	"DoubleStorage":   {"DoubleStorage", 8, float64s},
	"LongStorage":     {"LongStorage", 8, nil},
	"IntStorage":      {"IntStorage", 4, nil},
	"ShortStorage":    {"ShortStorage", 2, nil},
	"CharStorage":     {"CharStorage", 1, nil},
	"ByteStorage":     {"ByteStorage", 1, nil},
	"BoolStorage":     {"BoolStorage", 1, nil},
}

// float64s rounds doubles to float32.
func float64s(raw []byte) []float32 {
	out := make([]float32, len(raw)/8)
	for i := range out {
		out[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:])))
	}
	return out
}

// storage is a record of the archive as elements of one kind. Several tensors
// may share it.
type storage struct {
	kind     *kind
	elements int
	record   *zip.File
}

// chunk is how many elements are converted at a time.
const chunk = 1 << 16

// read returns the elements from first up to last. It reads the whole record,
// so that the archive's checksum is verified, but keeps only what is asked for.
func (s *storage) read(first, last int) ([]float32, error) {
	values, err := s.readRecord(first, last)
	if err != nil {
		return nil, fmt.Errorf("record %q: %w", s.record.Name, err)
	}
	return values, nil
}

func (s *storage) readRecord(first, last int) ([]float32, error) {
	r, err := s.record.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, int64(first)*int64(s.kind.size)); err != nil {
		return nil, err
	}
	values := make([]float32, 0, last-first)
	raw := make([]byte, min(chunk, last-first)*s.kind.size)
	for len(values) < last-first {
		part := raw[:min(chunk, last-first-len(values))*s.kind.size]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, err
		}
		values = append(values, s.kind.floats(part)...)
	}
	_, err = io.Copy(io.Discard, r) // the checksum is verified at the end
	return values, err
}
