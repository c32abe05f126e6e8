package quant

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// ErrHash says that bytes are not those that the manifest promises.
var ErrHash = errors.New("the SHA-256 sum is not the manifest's")

// FrameDecoder verifies and decodes single frames of a weight file, in any
// order. It keeps one frame's content.
type FrameDecoder struct {
	file    string
	frames  []Frame
	zstd    *zstd.Decoder
	content []byte
}

// NewFrameDecoder makes a decoder for the weight file of m.
func NewFrameDecoder(m Manifest) (*FrameDecoder, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(maxFrame),
		zstd.WithDecoderMaxWindow(maxFrame),
		zstd.WithDecodeAllCapLimit(true)) // never more than the manifest declares
	if err != nil {
		return nil, err
	}
	return &FrameDecoder{file: m.File, frames: m.Frames, zstd: z}, nil
}

// Verify reports whether data is frame i of the file; the error wraps ErrHash
// if its hash is another.
func (d *FrameDecoder) Verify(i int, data []byte) error {
	if i < 0 || i >= len(d.frames) {
		return fmt.Errorf("%s: no frame %d among %d", d.file, i, len(d.frames))
	}
	if want := d.frames[i].Length; int64(len(data)) != want {
		return fmt.Errorf("%s: frame %d has %d bytes, want %d", d.file, i, len(data), want)
	}
	if sha256.Sum256(data) != d.frames[i].SHA256 {
		return fmt.Errorf("%s: frame %d: %w", d.file, i, ErrHash)
	}
	return nil
}

// Decode verifies and decodes frame i. The result is valid until the next call.
func (d *FrameDecoder) Decode(i int, data []byte) ([]byte, error) {
	if err := d.Verify(i, data); err != nil {
		return nil, err
	}
	want := int(d.frames[i].Content)
	if cap(d.content) < want {
		d.content = make([]byte, want)
	}
	// The capacity is the limit, so that a frame which holds more fails here.
	content, err := d.zstd.DecodeAll(data, d.content[:0:want])
	if err != nil {
		return nil, fmt.Errorf("%s: frame %d: %w", d.file, i, err)
	}
	if len(content) != want {
		return nil, fmt.Errorf("%s: frame %d holds %d bytes, want %d", d.file, i, len(content), want)
	}
	return content, nil
}

// Close releases the decoder.
func (d *FrameDecoder) Close() { d.zstd.Close() }
