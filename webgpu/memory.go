//go:build js && wasm

package webgpu

import (
	"fmt"
	"syscall/js"
)

// Usages of a GPUBuffer, as numbered by the WebGPU specification.
const (
	usageMapRead = 1 << 0
	usageCopySrc = 1 << 2
	usageCopyDst = 1 << 3
	usageUniform = 1 << 6
	usageStorage = 1 << 7
	usageQuery   = 1 << 9
)

// alignment is the unit in which bindings may start, in every implementation.
const alignment = 256

// buffer is a GPUBuffer. The zero value is none.
type buffer struct {
	value js.Value
	bytes int
}

func (d *device) newBuffer(label string, bytes, usage int) (buffer, error) {
	bytes = max(16, (bytes+15)&^15)
	if bytes > d.maxBuffer {
		return buffer{}, &failure{ErrMemory, fmt.Sprintf("The GPU's buffers hold %d MiB at most, and %d are needed.", d.maxBuffer>>20, (bytes+1<<20-1)>>20)}
	}
	v, err := try(d.value, "createBuffer", map[string]any{"label": label, "size": bytes, "usage": usage})
	if err != nil {
		return buffer{}, &failure{ErrMemory, "The GPU has too little memory: " + err.Error()}
	}
	return buffer{v, bytes}, nil
}

// mapped is a copy of the first bytes of a buffer that is mapped to be read.
func (b buffer) mapped(bytes int) []byte {
	out := make([]byte, bytes)
	js.CopyBytesToGo(out, js.Global().Get("Uint8Array").New(b.value.Call("getMappedRange", 0, bytes)))
	return out
}

func (b buffer) destroy() {
	if b.bytes > 0 {
		b.value.Call("destroy")
	}
}

// block is a part of a buffer that holds a parameter.
type block struct {
	buffer        buffer
	offset, bytes int
}

// ownBlock uploads data to a buffer of its own.
func (d *device) ownBlock(label string, data []byte) (*block, error) {
	b, err := d.newBuffer(label, len(data), usageStorage|usageCopyDst)
	if err != nil {
		return nil, err
	}
	return &block{b, 0, b.bytes}, d.commanded(func() { d.write(b, 0, data) })
}

// slabBytes is the size of the buffers that parameters share: large enough that
// there are few, small enough that little is wasted.
const slabBytes = 16 << 20

// store is the memory of the parameters. They live as long as the backend.
type store struct {
	dev   *device
	slabs []buffer
	used  int // of the last slab
}

// room returns memory for a parameter. bytes are rounded up to whole 16-byte
// vectors, as kernels read them.
func (s *store) room(bytes int) (*block, error) {
	bytes = max(16, (bytes+15)&^15)
	last := len(s.slabs) - 1
	if last < 0 || s.used+bytes > s.slabs[last].bytes {
		b, err := s.dev.newBuffer("parameters", max(slabBytes, bytes), usageStorage|usageCopyDst|usageCopySrc)
		if err != nil {
			return nil, err
		}
		s.slabs = append(s.slabs, b)
		s.used = 0
		last++
	}
	at := s.used
	s.used = (at + bytes + alignment - 1) &^ (alignment - 1)
	return &block{s.slabs[last], at, bytes}, nil
}

// put uploads a parameter.
func (s *store) put(data []byte) (*block, error) {
	b, err := s.room(len(data))
	if err != nil {
		return nil, err
	}
	whole := len(data) &^ 3
	return b, s.dev.commanded(func() {
		s.dev.write(b.buffer, b.offset, data[:whole])
		if rest := data[whole:]; len(rest) > 0 { // uploads are in units of four bytes
			var last [4]byte
			copy(last[:], rest)
			s.dev.write(b.buffer, b.offset+whole, last[:])
		}
	})
}

// join copies the first bytes of parameters side by side into one. WebGPU
// grants a kernel few bindings, and a mixture of adapters has many small
// parameters.
func (s *store) join(parts []*block, bytes []int) (*block, error) {
	total := 0
	for _, n := range bytes {
		total += n
	}
	b, err := s.room(total)
	if err != nil {
		return nil, err
	}
	// A buffer cannot be copied to itself, so the way leads through another.
	way, err := s.dev.newBuffer("join", total, usageCopySrc|usageCopyDst)
	if err != nil {
		return nil, err
	}
	defer way.destroy()
	return b, s.dev.commanded(func() {
		encoder := s.dev.value.Call("createCommandEncoder")
		at := 0
		for i, p := range parts {
			encoder.Call("copyBufferToBuffer", p.buffer.value, p.offset, way.value, at, bytes[i])
			at += bytes[i]
		}
		encoder.Call("copyBufferToBuffer", way.value, 0, b.buffer.value, b.offset, total)
		s.dev.queue.Call("submit", []any{encoder.Call("finish")})
	})
}
