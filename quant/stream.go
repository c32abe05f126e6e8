package quant

import (
	"errors"
	"fmt"

	"tcmoa/core"
)

// Stream reads a weight file whose bytes come in order, in pieces of any size:
// a Go program copies a reader into it with io.Copy, a browser writes what its
// fetch delivers. As soon as a frame is complete its hash is checked, it is
// decoded, and its tensors are handed out. Memory stays within two frames and
// the largest tensor, twice.
//
// A frame whose hash is wrong is an error that wraps ErrHash, hands out nothing
// of the frame and leaves the stream before it: writing may go on with other
// bytes from Offset. After any other error the stream is dead.
type Stream struct {
	// Progress is told the bytes of verified frames.
	Progress Progress
	// Keep is given every verified frame before its tensors are handed out, so
	// that a caller may store it. The bytes are valid during the call.
	Keep func(i int, frame []byte) error

	manifest  Manifest
	frames    *FrameDecoder
	assembler *assembler
	next      int    // the frame under way
	buf       []byte // its bytes so far
	dead      error
}

// NewStream makes a stream that hands each parameter of the network of m to
// each, which owns it.
func NewStream(m Manifest, each func(name string, t core.Tensor) error) (*Stream, error) {
	frames, err := NewFrameDecoder(m)
	if err != nil {
		return nil, err
	}
	return &Stream{manifest: m, frames: frames, assembler: newAssembler(m, each)}, nil
}

// Offset is where in the weight file the first byte is that no verified frame
// holds: where a broken download goes on.
func (s *Stream) Offset() int64 {
	if s.next == len(s.manifest.Frames) {
		return s.manifest.Size
	}
	return s.manifest.Frames[s.next].Offset
}

// Write takes the next bytes of the file. It implements io.Writer.
func (s *Stream) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		if s.dead != nil {
			return written, s.dead
		}
		if s.next == len(s.manifest.Frames) {
			return written, fmt.Errorf("%s: data after its end at %d", s.manifest.File, s.manifest.Size)
		}
		length := int(s.manifest.Frames[s.next].Length)
		n := min(len(p)-written, length-len(s.buf))
		frame := p[written : written+n]
		if n < length { // the frame does not lie in p as a whole
			s.buf = append(s.buf, frame...)
			frame = s.buf
		}
		written += n
		if len(frame) < length {
			break
		}
		err := s.frame(frame)
		s.buf = s.buf[:0]
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// frame takes the bytes of the next frame.
func (s *Stream) frame(data []byte) error {
	content, err := s.frames.Decode(s.next, data)
	if errors.Is(err, ErrHash) {
		return err
	}
	if err == nil && s.Keep != nil {
		err = s.Keep(s.next, data)
	}
	if err == nil {
		if err = s.assembler.write(content); err != nil {
			err = fmt.Errorf("%s: %w", s.manifest.File, err)
		}
	}
	if err != nil {
		s.dead = err
		return err
	}
	s.next++
	s.Progress.report(s.Offset(), s.manifest.Size)
	return nil
}

// Close ends the stream. It reports a file that is not complete.
func (s *Stream) Close() error {
	s.frames.Close()
	return s.complete()
}

func (s *Stream) complete() error {
	switch {
	case s.dead != nil:
		return s.dead
	case s.next < len(s.manifest.Frames):
		return fmt.Errorf("%s: ends in frame %d of %d, at %d of %d bytes", s.manifest.File,
			s.next, len(s.manifest.Frames), s.Offset()+int64(len(s.buf)), s.manifest.Size)
	}
	if err := s.assembler.close(); err != nil {
		return fmt.Errorf("%s: %w", s.manifest.File, err)
	}
	return nil
}
