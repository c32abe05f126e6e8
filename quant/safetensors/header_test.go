package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func sample() Header {
	h := Header{Metadata: map[string]string{"config": `{"a":"ü"}`, "b": ""}}
	h.Add("scale", F32, 2)
	h.Add("matrix", I8, 2, 3)
	h.Add("half", F16, 1, 1)
	h.Add("none", BF16, 0, 5)
	return h
}

func TestEncodeIsParseBack(t *testing.T) {
	want := sample()
	file, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	n, err := Length(file)
	if err != nil {
		t.Fatal(err)
	}
	if PrefixSize+n != len(file) || len(file)%8 != 0 {
		t.Errorf("header length %d in %d bytes", n, len(file))
	}
	got, err := Parse(file[PrefixSize:])
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	again, err := got.Encode()
	if err != nil || !bytes.Equal(again, file) {
		t.Errorf("the same header gave other bytes (%v)", err)
	}
}

func TestParseRefuses(t *testing.T) {
	tensor := func(s string) string { return `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":` + s + `}` }
	for _, c := range []struct{ what, header, fault string }{
		{"an array", `[]`, "not a JSON object"},
		{"nothing", ``, "not a JSON object"},
		{"an open object", `{`, "header"},
		{"trailing data", `{} x`, "follows"},
		{"a second object", `{}{}`, "follows"},
		{"metadata that is no text", `{"__metadata__":{"a":1}}`, "__metadata__"},
		{"a duplicate name", `{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}`, `duplicate`},
		{"a duplicate member", tensor(`{"dtype":"I8","dtype":"I8","shape":[1],"data_offsets":[8,9]}`), `"b"`},
		{"an unknown member", tensor(`{"dtype":"I8","shape":[1],"data_offsets":[8,9],"x":1}`), `"b"`},
		{"an unknown dtype", tensor(`{"dtype":"F8","shape":[1],"data_offsets":[8,9]}`), `tensor "b": unknown dtype "F8"`},
		{"no dtype", tensor(`{"shape":[1],"data_offsets":[8,9]}`), `tensor "b": unknown dtype ""`},
		{"a negative axis", tensor(`{"dtype":"I8","shape":[-1],"data_offsets":[8,9]}`), `tensor "b": shape [-1]`},
		{"a fractional axis", tensor(`{"dtype":"I8","shape":[1.5],"data_offsets":[8,9]}`), `tensor "b"`},
		{"a huge axis", tensor(`{"dtype":"I8","shape":[9223372036854775807],"data_offsets":[8,9]}`), `tensor "b": shape`},
		{"a size that overflows", tensor(`{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[8,8]}`), `tensor "b": shape`},
		{"a number that overflows", tensor(`{"dtype":"I8","shape":[18446744073709551617],"data_offsets":[8,9]}`), `tensor "b"`},
		{"one offset", tensor(`{"dtype":"I8","shape":[1],"data_offsets":[8]}`), `tensor "b": data_offsets has 1`},
		{"no offsets", tensor(`{"dtype":"I8","shape":[1]}`), `tensor "b": data_offsets has 0`},
		{"negative offsets", tensor(`{"dtype":"I8","shape":[1],"data_offsets":[-1,0]}`), `tensor "b": data_offsets`},
		{"offsets in the wrong order", tensor(`{"dtype":"I8","shape":[1],"data_offsets":[9,8]}`), `tensor "b": data_offsets`},
		{"a size that is not the shape's", tensor(`{"dtype":"I8","shape":[2],"data_offsets":[8,9]}`), `tensor "b": data_offsets`},
		{"an overlap", tensor(`{"dtype":"I8","shape":[1],"data_offsets":[7,8]}`), `tensor "b": its data at 7 overlaps`},
		{"a hole", tensor(`{"dtype":"I8","shape":[1],"data_offsets":[9,10]}`), `tensor "b": a hole of 1 bytes`},
		{"a hole at the start", `{"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}`, `tensor "a": a hole of 1 bytes`},
	} {
		_, err := Parse([]byte(c.header))
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: error is %v, want one with %q", c.what, err, c.fault)
		}
	}
}

func TestParseAcceptsTrailingSpaces(t *testing.T) {
	if _, err := Parse([]byte(`{}   `)); err != nil {
		t.Error(err)
	}
}

func TestLengthRefuses(t *testing.T) {
	for _, n := range []uint64{0, 1, MaxHeader + 1, 1 << 63, 1<<64 - 1} {
		if _, err := Length(binary.LittleEndian.AppendUint64(nil, n)); err == nil {
			t.Errorf("a header length of %d is accepted", n)
		}
	}
	if _, err := Length(make([]byte, PrefixSize-1)); err == nil {
		t.Error("seven bytes are accepted as a length")
	}
}

// file is a whole file of the header with data counting up.
func file(t testing.TB, h Header) []byte {
	b, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for i := range h.DataSize() {
		b = append(b, byte(i))
	}
	return b
}

func TestFileReadsTensors(t *testing.T) {
	b := file(t, sample())
	f, err := NewFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	at := byte(0)
	for _, e := range f.Entries {
		raw, err := f.Read(e)
		if err != nil {
			t.Fatal(err)
		}
		var want []byte
		for range e.End - e.Begin {
			want = append(want, at)
			at++
		}
		if !slices.Equal(raw, want) {
			t.Errorf("tensor %q is % x, want % x", e.Name, raw, want)
		}
	}
}

func TestFileCutAnywhere(t *testing.T) {
	b := file(t, sample())
	for n := range len(b) {
		if _, err := NewFile(bytes.NewReader(b[:n]), int64(n)); err == nil {
			t.Errorf("a file cut after %d of %d bytes is accepted", n, len(b))
		}
		// A file that ends before its size: cut while it is read.
		f, err := NewFile(bytes.NewReader(b[:n]), int64(len(b)))
		for i := 0; err == nil && i < len(f.Entries); i++ {
			_, err = f.Read(f.Entries[i])
		}
		if err == nil {
			t.Errorf("a file that breaks off after %d of %d bytes is accepted", n, len(b))
		}
	}
	if _, err := NewFile(bytes.NewReader(append(b, 0)), int64(len(b)+1)); err == nil {
		t.Error("a byte after the last tensor is accepted")
	}
}

func TestFileReadClaimsNoMemoryFirst(t *testing.T) {
	// A header that tells of a gigabyte that is not there.
	h := Header{}
	h.Add("a", I8, 1<<30)
	b, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = NewFile(bytes.NewReader(b), int64(len(b)))
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint(len(b)+1<<30)) {
		t.Errorf("error is %v", err)
	}
	if claimed := after.TotalAlloc - before.TotalAlloc; claimed > 1<<20 {
		t.Errorf("%d bytes of memory claimed for a file of %d", claimed, len(b))
	}
}
