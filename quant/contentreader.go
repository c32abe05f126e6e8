package quant

import (
	"fmt"
	"io"
	"sort"
)

// contentReader gives random access to the decompressed weight file. It keeps
// the frame read last, so that reading in order decodes each frame once.
type contentReader struct {
	r       io.ReaderAt
	decoder *FrameDecoder
	starts  []int64 // where each frame's content begins
	size    int64
	current int // the frame in content, -1 for none
	content []byte
	encoded []byte
}

func newContentReader(m Manifest, r io.ReaderAt) (*contentReader, error) {
	d, err := NewFrameDecoder(m)
	if err != nil {
		return nil, err
	}
	c := &contentReader{r: r, decoder: d, current: -1}
	for _, f := range m.Frames {
		c.starts = append(c.starts, c.size)
		c.size += f.Content
	}
	return c, nil
}

// ReadAt implements io.ReaderAt, but not for several goroutines at a time.
func (c *contentReader) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		if off < 0 || off >= c.size {
			return n, io.EOF
		}
		i := sort.Search(len(c.starts), func(i int) bool { return c.starts[i] > off }) - 1
		if err := c.load(i); err != nil {
			return n, err
		}
		m := copy(p[n:], c.content[off-c.starts[i]:])
		n += m
		off += int64(m)
	}
	return n, nil
}

// load makes frame i the current one.
func (c *contentReader) load(i int) error {
	if i == c.current {
		return nil
	}
	f := c.decoder.frames[i]
	if int64(cap(c.encoded)) < f.Length {
		c.encoded = make([]byte, f.Length)
	}
	c.encoded = c.encoded[:f.Length]
	if n, err := c.r.ReadAt(c.encoded, f.Offset); n < len(c.encoded) {
		return fmt.Errorf("frame %d: %w", i, err)
	}
	c.current = -1 // Decode overwrites the content
	content, err := c.decoder.Decode(i, c.encoded)
	if err != nil {
		return err
	}
	c.current, c.content = i, content
	return nil
}

// Close releases the decoder.
func (c *contentReader) Close() error {
	c.decoder.Close()
	return nil
}
