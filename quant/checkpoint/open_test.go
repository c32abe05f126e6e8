package checkpoint

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tcmoa/core"
	"tcmoa/quant"
	"tcmoa/quant/safetensors"
)

// smallConfig is a small network of the published kind.
func smallConfig() core.Config {
	return core.Config{
		Name: "custom", Patch: 2, Upsample: 2,
		Dim: 32, Depth: 2, Heads: 2, DecoderDim: 32, DecoderDepth: 2, DecoderHeads: 1,
		Window: 2, Shift: 1, MLPRatio: 1, Tau: 4, TauShift: 2, Experts: 2, TopK: 2, Tasks: []string{"vif", "mef", "mff"},
		PosEmbed: core.PosStretch, ShiftOneWindow: true, Head: core.HeadPixels,
	}
}

// smallViews are the tensors of the small network as a published checkpoint has
// them, without modal_shifts and with things that inference does not need.
func smallViews() (views []view, storages []record) {
	add := func(v view) {
		values := make([]float32, v.elements)
		for i := range values {
			values[i] = float32(len(views)) + float32(i)/1024
		}
		storages = append(storages, record{"net/data/" + v.key, floats(values...)})
		views = append(views, v)
	}
	for _, p := range smallConfig().Params() {
		if !p.Optional {
			add(rowMajor(p.Name, fmt.Sprint(len(views)), p.Shape...))
		}
	}
	add(rowMajor("cls_token", fmt.Sprint(len(views)), 1, 1, 32))
	index := rowMajor("en_relative_position.0.relative_position_index", fmt.Sprint(len(views)), 4, 4)
	index.class = "LongStorage"
	views = append(views, index)
	storages = append(storages, record{"net/data/" + index.key, make([]byte, 16*8)})
	return views, storages
}

// published is an archive of views and storages.
func published(t testing.TB, views []view, storages []record) []byte {
	return archive(t, append([]record{{"net/data.pkl", statePickle(views)}}, storages...)...)
}

func open(b []byte) (quant.Source, error) {
	return New("small.pth", bytes.NewReader(b), int64(len(b)), nil, nil)
}

// readAll reads all that the network uses.
func readAll(src quant.Source) (map[string]core.Tensor, error) {
	return quant.Load(context.Background(), src, nil)
}

func TestOpen(t *testing.T) {
	views, storages := smallViews()
	path := filepath.Join(t.TempDir(), "small.pth")
	if err := os.WriteFile(path, published(t, views, storages), 0o644); err != nil {
		t.Fatal(err)
	}
	src, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := src.Config(); !reflect.DeepEqual(got, smallConfig()) {
		t.Errorf("config is %+v, want %+v", got, smallConfig())
	}
	if got := src.Tensors(); len(got) != len(views) || got[0].Name != views[0].name {
		t.Errorf("tensors are %v", got)
	}
	params, err := readAll(src)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range views[:len(views)-2] {
		p := params[v.name]
		if !slices.Equal(p.Shape, v.shape) || len(p.F32) != v.elements {
			t.Errorf("tensor %q has shape %v with %d values, want %v", v.name, p.Shape, len(p.F32), v.shape)
		}
		for j, got := range p.F32 {
			if want := float32(i) + float32(j)/1024; got != want {
				t.Fatalf("tensor %q: value %d is %v, want %v", v.name, j, got, want)
			}
		}
	}
	if _, err := src.Tensor("x"); err == nil {
		t.Error("there is no tensor x")
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	adjusted, err := Open(path, func(c *core.Config) { c.Name, c.TopK = "mine", 1 })
	if err != nil {
		t.Fatal(err)
	}
	if c := adjusted.Config(); c.Name != "mine" || c.TopK != 1 {
		t.Errorf("config is %+v", c)
	}
	if err := adjusted.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(path, func(c *core.Config) { c.Tau = 1 }); err == nil || !strings.Contains(err.Error(), "mixtures of adapters") {
		t.Errorf("another tau: %v", err)
	}
}

// TestOpenStateDict reads a checkpoint that is a state dict itself.
func TestOpenStateDict(t *testing.T) {
	views, storages := smallViews()
	var p pickler
	p.op(0x80, 2, '}', '(')
	for _, v := range views {
		p.text(v.name)
		p.tensor(v)
	}
	p.op('u', '.')
	src, err := open(archive(t, append([]record{{"data.pkl", p.Bytes()}}, rename(storages, "net/", "")...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(src); err != nil {
		t.Error(err)
	}
}

// rename changes the folder of records.
func rename(records []record, from, to string) []record {
	out := slices.Clone(records)
	for i, r := range out {
		out[i].name = to + strings.TrimPrefix(r.name, from)
	}
	return out
}

// TestOpenShared reads tensors that share a storage, one of them transposed.
func TestOpenShared(t *testing.T) {
	views, storages := smallViews()
	find := func(name string) int {
		return slices.IndexFunc(views, func(v view) bool { return v.name == name })
	}
	first, second := find("blocks.0.attn.proj.weight"), find("blocks.1.attn.proj.weight") // 32×32
	shared := make([]float32, 2*32*32)
	for i := range shared {
		shared[i] = float32(i)
	}
	storages[first].data = floats(shared...)
	views[first].elements = len(shared)
	views[second].key, views[second].elements = views[first].key, len(shared)
	views[second].offset, views[second].strides = 32*32, []int{1, 32}
	src, err := open(published(t, views, storages))
	if err != nil {
		t.Fatal(err)
	}
	params, err := readAll(src)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 32 * 32 {
		if got := params[views[first].name].F32[i]; got != float32(i) {
			t.Fatalf("value %d of the first is %v", i, got)
		}
		if got, want := params[views[second].name].F32[i], float32(32*32+i%32*32+i/32); got != want {
			t.Fatalf("value %d of the second is %v, want %v", i, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	const name = "blocks.0.mlp.fc1.weight"
	for _, c := range []struct {
		what, fault string
		change      func(views *[]view, at int, storages *[]record)
	}{
		{"a missing tensor", `tensor "norm.bias" is missing`, func(v *[]view, _ int, _ *[]record) {
			*v = slices.DeleteFunc(*v, func(v view) bool { return v.name == "norm.bias" })
		}},
		{"an unknown tensor", `tensor "extra" of shape [1 1 32] is unknown`, func(v *[]view, _ int, _ *[]record) { (*v)[len(*v)-2].name = "extra" }},
		{"another shape", `tensor "` + name + `" has shape [16 64]`, func(v *[]view, _ int, _ *[]record) {
			i := slices.IndexFunc(*v, func(v view) bool { return v.name == "blocks.1.mlp.fc1.weight" })
			(*v)[i].shape = []int{16, 64}
		}},
		{"a view outside its storage", `tensor "` + name + `": `, func(v *[]view, at int, _ *[]record) { (*v)[at].offset = 1 }},
		{"a view of absurd size", `tensor "` + name + `": `, func(v *[]view, at int, _ *[]record) { (*v)[at].shape = []int{1 << 40, 1 << 40} }},
		{"integers as weights", `tensor "` + name + `" is of IntStorage`, func(v *[]view, at int, _ *[]record) { (*v)[at].class = "IntStorage" }},
		{"an unknown storage", "of an unknown type", func(v *[]view, at int, _ *[]record) { (*v)[at].class = "QuantStorage" }},
		{"a storage without record", "has no record", func(v *[]view, at int, _ *[]record) { (*v)[at].key = "none" }},
		{"a storage of another size", "elements of 4", func(v *[]view, at int, _ *[]record) { (*v)[at].elements-- }},
		{"a storage of absurd size", "elements of 4", func(v *[]view, at int, _ *[]record) { (*v)[at].elements = 1 << 62 }},
		{"a storage of negative size", "elements of 4", func(v *[]view, at int, _ *[]record) { (*v)[at].elements = -1 }},
		{"a record twice", "is there twice", func(_ *[]view, _ int, r *[]record) { *r = append(*r, (*r)[0]) }},
		{"two pickles", "both the state's", func(_ *[]view, _ int, r *[]record) { *r = append(*r, record{"other/data.pkl", nil}) }},
		{"no tensors", "no tensors", func(v *[]view, _ int, _ *[]record) { *v = nil }},
	} {
		views, storages := smallViews()
		at := slices.IndexFunc(views, func(v view) bool { return v.name == name })
		c.change(&views, at, &storages)
		fault := strings.Replace(c.fault, "blocks.0.mlp.fc1.weight\" has", "blocks.1.mlp.fc1.weight\" has", 1)
		if _, err := open(published(t, views, storages)); err == nil || !strings.HasPrefix(err.Error(), "small.pth: ") || !strings.Contains(err.Error(), fault) {
			t.Errorf("%s: error is %v, want one with %q", c.what, err, fault)
		}
	}
	views, storages := smallViews()
	for what, records := range map[string][]record{
		"no pickle":              storages,
		"an empty pickle":        {{"net/data.pkl", nil}},
		"a pickle of a number":   {{"net/data.pkl", []byte("\x80\x02K\x01.")}},
		"a model that is none":   {{"net/data.pkl", []byte("\x80\x02}X\x05\x00\x00\x00modelK\x01s.")}},
		"a key that is none":     {{"net/data.pkl", []byte("\x80\x02}K\x01K\x01s.")}},
		"a pickle too long":      {{"net/data.pkl", make([]byte, maxPickle+1)}},
		"an unhashable key":      {{"net/data.pkl", []byte("\x80\x02ccollections\nOrderedDict\n)RC\x01aK\x01s.")}},
		"a call of a number":     {{"net/data.pkl", []byte("\x80\x02K\x01)R.")}},
		"a tensor of nothing":    {{"net/data.pkl", []byte("\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.")}},
		"a persistent number":    {{"net/data.pkl", []byte("\x80\x02K\x01Q.")}},
		"an opcode of files":     {{"net/data.pkl", []byte("\x80\x05\x97.")}},
		"a pickle of protocol 0": {{"net/data.pkl", []byte("(dp0\n.")}},
	} {
		if _, err := open(archive(t, records...)); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
	compressed := published(t, views, storages)
	// The method stands in the central directory, after the signature, two
	// versions and the flags.
	directory := bytes.LastIndex(compressed, []byte("PK\x01\x02"))
	compressed[directory+10] = byte(zip.Deflate)
	if _, err := open(compressed); err == nil || !strings.Contains(err.Error(), "is compressed") {
		t.Errorf("a compressed storage: %v", err)
	}
}

func TestOpenCutAnywhere(t *testing.T) {
	b := published(t, nil, nil)
	for n := range b {
		if _, err := open(b[:n]); err == nil {
			t.Errorf("cut after %d of %d bytes: accepted", n, len(b))
		}
	}
	views, storages := smallViews()
	b = published(t, views, storages)
	for n := 0; n < len(b); n += 97 {
		if _, err := open(b[:n]); err == nil {
			t.Errorf("cut after %d of %d bytes: accepted", n, len(b))
		}
	}
}

// TestOpenFlipped flips a bit in every byte of the pickle and of the storages;
// the archive's checksums tell. The bytes between them (names, times) are not
// covered by any.
func TestOpenFlipped(t *testing.T) {
	views, storages := smallViews()
	b := published(t, views, storages)
	flipped := func(at int) {
		t.Helper()
		bad := slices.Clone(b)
		bad[at] ^= 1 << (at % 8)
		src, err := open(bad)
		if err == nil {
			_, err = readAll(src)
		}
		if err == nil {
			t.Errorf("a bit flipped in byte %d: accepted", at)
		}
	}
	pickle := statePickle(views)
	start := bytes.Index(b, pickle)
	for i := 0; i < len(pickle); i += 13 {
		flipped(start + i)
	}
	for i, s := range storages[:len(storages)-2] { // the last two are not used
		start := bytes.Index(b, s.data)
		flipped(start + i%len(s.data))
	}
}

// TestOpenMemory imports a checkpoint of more than 300 MB into a model folder.
// Its zeros take no place on disk.
func TestOpenMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 300 MB")
	}
	cfg := smallConfig()
	cfg.Dim, cfg.Depth, cfg.Heads, cfg.MLPRatio, cfg.Window, cfg.Shift = 1024, 6, 16, 4, 14, 7
	var views []view
	var sizes []int
	total := 0
	for i, p := range cfg.Params() {
		v := rowMajor(p.Name, fmt.Sprint(i), p.Shape...)
		views, sizes, total = append(views, v), append(sizes, 4*v.elements), total+4*v.elements
	}
	path := filepath.Join(t.TempDir(), "large.pth")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	hole := &sparse{File: f}
	if err := writeSparse(hole, statePickle(views), sizes); err != nil {
		t.Fatal(err)
	}
	if err := hole.finish(); err != nil {
		t.Fatal(err)
	}
	src, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var stats runtime.MemStats
	peak := uint64(0)
	_, err = quant.WriteModel(context.Background(), t.TempDir(), src, quant.Meta{}, func(_, _ int64) {
		runtime.ReadMemStats(&stats)
		peak = max(peak, stats.HeapAlloc)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("checkpoint of %d MB, peak heap %d MB", total>>20, peak>>20)
	// The zstd encoder, the largest tensor as it passes through, and what the
	// garbage collector has not yet collected of those before it.
	if limit := uint64(160 << 20); total < 300<<20 || peak > limit {
		t.Errorf("a peak heap of %d bytes for %d of checkpoint, want at most %d", peak, total, limit)
	}
}

// sparse writes a file with holes where whole writes are zeros.
type sparse struct {
	*os.File
	size int64
}

func (s *sparse) Write(b []byte) (int, error) {
	at := s.size
	s.size += int64(len(b))
	if len(bytes.Trim(b, "\x00")) == 0 {
		return len(b), nil
	}
	return s.WriteAt(b, at)
}

func (s *sparse) finish() error {
	if err := s.Truncate(s.size); err != nil {
		return err
	}
	return s.Close()
}

// TestOpenGolden imports the checkpoint that the training code saved for the
// golden files.
func TestOpenGolden(t *testing.T) {
	dir := os.Getenv("TCMOA_GOLDEN")
	if dir == "" {
		t.Skip("set TCMOA_GOLDEN to the folder of the golden files to import their checkpoint")
	}
	src, err := Open(filepath.Join(dir, "official_small.pth"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	want := smallConfig()
	want.Patch, want.Window, want.Shift, want.MLPRatio, want.Experts = 16, 14, 7, 4, 4
	want.Dim, want.Depth, want.Heads = 64, 8, 4
	want.DecoderDim, want.DecoderDepth, want.DecoderHeads = 64, 4, 4
	if got := src.Config(); !reflect.DeepEqual(got, want) {
		t.Errorf("config is %+v, want %+v", got, want)
	}
	params, err := readAll(src)
	if err != nil {
		t.Fatal(err)
	}
	// The same through a safetensors file.
	var b bytes.Buffer
	if err := quant.WriteSafetensors(context.Background(), &b, src, nil); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Entries) != len(params) {
		t.Errorf("%d tensors, want %d", len(f.Entries), len(params))
	}
	for _, e := range f.Entries {
		raw, err := f.Read(e)
		if err != nil || !slices.Equal(e.DType.Floats(raw), params[e.Name].F32) {
			t.Errorf("tensor %q differs (%v)", e.Name, err)
		}
	}
}
