package quant

import (
	"bytes"
	"context"
	"encoding/json/v2"
	"slices"
	"strings"
	"testing"

	"tcmoa/core"
	"tcmoa/quant/safetensors"
)

// plain is the small network as an int8 safetensors file: its header and its
// data.
func plain(t testing.TB) (safetensors.Header, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := WriteSafetensors(context.Background(), &b, Quantised(randomSource(smallConfig())), nil); err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return file.Header, b.Bytes()[b.Len()-int(file.DataSize()):]
}

// assemble feeds a file's content to an assembler in chunks, as the manifest of
// the small network's frames would.
func assemble(content []byte, chunk int) (tensors int, err error) {
	m := Manifest{Variant: smallConfig(), Frames: []Frame{{Content: int64(len(content))}}}
	a := newAssembler(m, func(string, core.Tensor) error {
		tensors++
		return nil
	})
	for part := range slices.Chunk(content, chunk) {
		if err := a.write(part); err != nil {
			return tensors, err
		}
	}
	return tensors, a.close()
}

// relaid is h with its entries in another order and their offsets anew.
func relaid(h safetensors.Header, entries []safetensors.Entry) safetensors.Header {
	out := safetensors.Header{Metadata: h.Metadata}
	for _, e := range entries {
		out.Add(e.Name, e.DType, e.Shape...)
	}
	return out
}

func TestAssemblerRefuses(t *testing.T) {
	const matrix = "blocks.0.attn.qkv.weight"
	other := smallConfig()
	other.TopK = 2
	config, err := json.Marshal(other)
	if err != nil {
		t.Fatal(err)
	}
	at := func(h safetensors.Header, name string) int {
		return slices.IndexFunc(h.Entries, func(e safetensors.Entry) bool { return e.Name == name })
	}
	for _, c := range []struct {
		what, fault string // no fault: it is accepted
		change      func(h *safetensors.Header)
	}{
		{"the network", "", func(*safetensors.Header) {}},
		{"an unused tensor", "", func(h *safetensors.Header) { h.Add("cls_token", safetensors.F32, 0, 32) }},
		{"another config", "its config is not the manifest's variant", func(h *safetensors.Header) {
			h.Metadata = map[string]string{configKey: string(config)}
		}},
		{"no JSON as config", "config: ", func(h *safetensors.Header) { h.Metadata = map[string]string{configKey: "small"} }},
		{"an unknown member in the config", "config: ", func(h *safetensors.Header) {
			h.Metadata = map[string]string{configKey: strings.Replace(string(config), "{", `{"dropout":0.5,`, 1)}
		}},
		{"scales after their tensor", `tensor "` + matrix + `" comes before its scales`, func(h *safetensors.Header) {
			entries := slices.Clone(h.Entries)
			i := at(*h, matrix)
			entries[i], entries[i-1] = entries[i-1], entries[i]
			*h = relaid(*h, entries)
		}},
		{"no scales", `tensor "` + matrix + `": int8`, func(h *safetensors.Header) {
			h.Entries[at(*h, matrix)-1].Name = "scales"
		}},
		{"scales of another shape", `tensor "` + matrix + `": int8`, func(h *safetensors.Header) {
			h.Entries[at(*h, matrix)-1].Shape = []int{1, 96}
		}},
		{"another shape", `tensor "` + matrix + `" has shape`, func(h *safetensors.Header) {
			h.Entries[at(*h, matrix)].Shape = []int{96, 16, 2}
		}},
		{"an unknown tensor", `tensor "x" of shape [0] is unknown`, func(h *safetensors.Header) { h.Add("x", safetensors.F32, 0) }},
		{"a missing tensor", `tensor "head.prompt_gain" is missing`, func(h *safetensors.Header) {
			*h = relaid(*h, h.Entries[:len(h.Entries)-1])
		}},
	} {
		h, data := plain(t)
		c.change(&h)
		header, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		content := append(header, data[:h.DataSize()]...)
		for _, chunk := range []int{1000, len(content)} {
			_, err = assemble(content, chunk)
			if c.fault == "" && err != nil {
				t.Errorf("%s: %v", c.what, err)
			}
			if c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
				t.Errorf("%s: error is %v, want one with %q", c.what, err, c.fault)
			}
		}
	}
}

func TestAssemblerRefusesSizes(t *testing.T) {
	h, data := plain(t)
	header, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	file := append(header, data...)
	for _, c := range []struct {
		what, fault string
		content     []byte
	}{
		{"nothing", "ends in its header", nil},
		{"half a prefix", "ends in its header", file[:4]},
		{"a header longer than the file", "ends outside the file", file[:len(header)-1]},
		{"a header alone", "its header tells of", header},
		{"a byte too few", "its header tells of", file[:len(file)-1]},
		{"a byte too many", "its header tells of", append(slices.Clone(file), 0)},
		{"an absurd header length", "header length", append(bytes.Repeat([]byte{0xff}, 8), file[8:]...)},
	} {
		tensors, err := assemble(c.content, max(1, len(c.content)))
		if err == nil || !strings.Contains(err.Error(), c.fault) || tensors > 0 {
			t.Errorf("%s: %d tensors and error %v, want %q", c.what, tensors, err, c.fault)
		}
	}
}
