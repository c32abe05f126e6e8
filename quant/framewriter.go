package quant

import (
	"crypto/sha256"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"
)

// targetFrame is a frameWriter's target in bytes. It is below maxFrame, so that a download shows progress, is decoded while it runs, and
// loses little when it breaks off; larger frames compress no better.
const targetFrame = 1 << 20

// frameWriter compresses what is written to it into independent zstd frames. A
// call of Write is one piece: a piece of up to maxFrame bytes is never cut.
type frameWriter struct {
	w       io.Writer
	target  int // content at which a frame is closed
	zstd    *zstd.Encoder
	sum     hash.Hash // of all frames
	frames  []Frame
	size    int64
	content []byte
	encoded []byte
}

func newFrameWriter(w io.Writer) (*frameWriter, error) {
	z, err := zstd.NewWriter(nil,
		zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithWindowSize(maxFrame)) // no frame is longer
	if err != nil {
		return nil, err
	}
	return &frameWriter{w: w, target: targetFrame, zstd: z, sum: sha256.New()}, nil
}

func (f *frameWriter) Write(piece []byte) (int, error) {
	n := len(piece)
	if len(f.content)+n > f.target {
		if err := f.flush(); err != nil {
			return 0, err
		}
	}
	for len(f.content)+len(piece) > maxFrame {
		f.content, piece = append(f.content, piece[:maxFrame]...), piece[maxFrame:]
		if err := f.flush(); err != nil {
			return 0, err
		}
	}
	f.content = append(f.content, piece...)
	return n, nil
}

// flush writes the pending content as a frame.
func (f *frameWriter) flush() error {
	if len(f.content) == 0 {
		return nil
	}
	f.encoded = f.zstd.EncodeAll(f.content, f.encoded[:0])
	f.frames = append(f.frames, Frame{
		Offset:  f.size,
		Length:  int64(len(f.encoded)),
		Content: int64(len(f.content)),
		SHA256:  sha256.Sum256(f.encoded),
	})
	f.size += int64(len(f.encoded))
	f.content = f.content[:0]
	f.sum.Write(f.encoded)
	_, err := f.w.Write(f.encoded)
	return err
}

// finish writes what is pending and puts the file's size, hash and frames into
// m.
func (f *frameWriter) finish(m *Manifest) error {
	if err := f.flush(); err != nil {
		return err
	}
	m.Size, m.Frames = f.size, f.frames
	f.sum.Sum(m.SHA256[:0])
	return f.zstd.Close()
}
