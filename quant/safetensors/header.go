package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// PrefixSize is the bytes of the header length before the header.
const PrefixSize = 8

// MaxHeader bounds the JSON header in bytes: thirty times that of the largest
// published variant.
const MaxHeader = 4 << 20

// metadataKey is the header's one entry that is no tensor.
const metadataKey = "__metadata__"

// Entry describes a stored tensor. Begin and End delimit its bytes, counted
// from the end of the header.
type Entry struct {
	Name       string
	DType      DType
	Shape      []int
	Begin, End int64
}

// Header is a parsed header: tensors in the order of their bytes, which they
// cover without holes.
type Header struct {
	Metadata map[string]string
	Entries  []Entry
}

// DataSize is the number of bytes after the header.
func (h Header) DataSize() int64 {
	if len(h.Entries) == 0 {
		return 0
	}
	return h.Entries[len(h.Entries)-1].End
}

// Length decodes the header length from a file's first PrefixSize bytes.
func Length(prefix []byte) (int, error) {
	if len(prefix) < PrefixSize {
		return 0, fmt.Errorf("header length: %w", io.ErrUnexpectedEOF)
	}
	n := binary.LittleEndian.Uint64(prefix)
	if n < 2 || n > MaxHeader {
		return 0, fmt.Errorf("header length is %d, want 2 to %d", n, MaxHeader)
	}
	return int(n), nil
}

// wireEntry is an Entry as JSON.
type wireEntry struct {
	DType   DType   `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// Parse reads the JSON header (without the length before it) and checks
// everything that can be known from it: element types, sizes against shapes,
// holes, overlaps and duplicate names.
func Parse(header []byte) (Header, error) {
	h := Header{Metadata: map[string]string{}}
	d := jsontext.NewDecoder(bytes.NewBuffer(header)) // refuses duplicate names
	start, err := d.ReadToken()
	if err != nil || start.Kind() != '{' {
		return Header{}, errors.New("header is not a JSON object")
	}
	for d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			return Header{}, fmt.Errorf("header: %w", err)
		}
		name := token.String()
		if name == metadataKey {
			if err := json.UnmarshalDecode(d, &h.Metadata); err != nil {
				return Header{}, fmt.Errorf("header: %s: %w", metadataKey, err)
			}
			continue
		}
		var w wireEntry
		if err := json.UnmarshalDecode(d, &w, json.RejectUnknownMembers(true)); err != nil {
			return Header{}, fmt.Errorf("header: tensor %q: %w", name, err)
		}
		e, err := w.entry(name)
		if err != nil {
			return Header{}, fmt.Errorf("tensor %q: %w", name, err)
		}
		h.Entries = append(h.Entries, e)
	}
	if _, err := d.ReadToken(); err != nil {
		return Header{}, fmt.Errorf("header: %w", err)
	}
	if _, err := d.ReadToken(); err != io.EOF { // the format allows trailing spaces only
		return Header{}, errors.New("header: something follows the JSON object")
	}
	// An empty tensor shares its offset with the next: it comes first.
	slices.SortFunc(h.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.End, b.End), cmp.Compare(a.Name, b.Name))
	})
	end := int64(0)
	for _, e := range h.Entries {
		switch {
		case e.Begin < end:
			return Header{}, fmt.Errorf("tensor %q: its data at %d overlaps the tensor before it, which ends at %d", e.Name, e.Begin, end)
		case e.Begin > end:
			return Header{}, fmt.Errorf("tensor %q: a hole of %d bytes before its data at %d", e.Name, e.Begin-end, e.Begin)
		}
		end = e.End
	}
	return h, nil
}

func (w wireEntry) entry(name string) (Entry, error) {
	e := Entry{Name: name, DType: w.DType, Shape: make([]int, len(w.Shape))}
	size := int64(w.DType.Size())
	if size == 0 {
		return Entry{}, fmt.Errorf("unknown dtype %q", w.DType)
	}
	for i, n := range w.Shape {
		if n < 0 || n > 0 && size > math.MaxInt32/n {
			return Entry{}, fmt.Errorf("shape %v is out of range", w.Shape)
		}
		e.Shape[i] = int(n)
		size *= n
	}
	if len(w.Offsets) != 2 {
		return Entry{}, fmt.Errorf("data_offsets has %d numbers, want 2", len(w.Offsets))
	}
	e.Begin, e.End = w.Offsets[0], w.Offsets[1]
	if e.Begin < 0 || e.End < e.Begin || e.End-e.Begin != size {
		return Entry{}, fmt.Errorf("data_offsets %v do not hold %d bytes of %s %v", w.Offsets, size, e.DType, e.Shape)
	}
	return e, nil
}

// Add appends a tensor behind those that h has.
func (h *Header) Add(name string, dtype DType, shape ...int) {
	begin, size := h.DataSize(), int64(dtype.Size())
	for _, n := range shape {
		size *= int64(n)
	}
	h.Entries = append(h.Entries, Entry{Name: name, DType: dtype, Shape: slices.Clone(shape), Begin: begin, End: begin + size})
}

// Encode returns the header as it stands in a file, the length before it
// included. The same header always gives the same bytes; spaces at its end
// align the data to eight bytes.
func (h Header) Encode() ([]byte, error) {
	buf := bytes.NewBuffer(make([]byte, PrefixSize))
	// jsontext ends a top-level value with a line break, which the format's
	// padding may not be: Truncate drops it.
	e := jsontext.NewEncoder(buf)
	err := e.WriteToken(jsontext.BeginObject)
	member := func(name string, value any) {
		err = cmp.Or(err, e.WriteToken(jsontext.String(name)))
		if err == nil {
			err = json.MarshalEncode(e, value, json.Deterministic(true))
		}
	}
	if len(h.Metadata) > 0 {
		member(metadataKey, h.Metadata)
	}
	for _, t := range h.Entries {
		shape := make([]int64, len(t.Shape))
		for i, n := range t.Shape {
			shape[i] = int64(n)
		}
		member(t.Name, wireEntry{t.DType, shape, []int64{t.Begin, t.End}})
	}
	if err = cmp.Or(err, e.WriteToken(jsontext.EndObject)); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	out := bytes.TrimRight(buf.Bytes(), "\n")
	for len(out)%8 != 0 {
		out = append(out, ' ')
	}
	if len(out)-PrefixSize > MaxHeader {
		return nil, fmt.Errorf("header has %d bytes, more than %d", len(out)-PrefixSize, MaxHeader)
	}
	binary.LittleEndian.PutUint64(out, uint64(len(out)-PrefixSize))
	return out, nil
}
