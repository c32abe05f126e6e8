package checkpoint

import (
	"archive/zip"
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// countingStorage is a storage of the float32 values 0, 1, 2 and so on.
func countingStorage(t testing.TB, n int) *storage {
	t.Helper()
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(i)
	}
	b := archive(t, record{"0", floats(values...)})
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return &storage{kinds["FloatStorage"], n, z.File[0]}
}

// gather is the definition of a strided view, axis by axis.
func gather(offset int, shape, strides []int) []float32 {
	if len(shape) == 0 {
		return []float32{float32(offset)}
	}
	var out []float32
	for i := range shape[0] {
		out = append(out, gather(offset+i*strides[0], shape[1:], strides[1:])...)
	}
	return out
}

func TestViews(t *testing.T) {
	const n = 240
	s := countingStorage(t, n)
	for _, v := range []struct {
		what           string
		offset         int
		shape, strides []int
	}{
		{"a scalar", 7, nil, nil},
		{"a vector", 3, []int{5}, []int{1}},
		{"every third value", 3, []int{5}, []int{3}},
		{"a whole matrix", 0, []int{12, 20}, []int{20, 1}},
		{"a transposed matrix", 0, []int{20, 12}, []int{1, 20}},
		{"a column", 2, []int{12, 1}, []int{20, 1}},
		{"a column whose last stride is odd", 2, []int{12, 1}, []int{20, 77}},
		{"a row", 40, []int{1, 20}, []int{500, 1}},
		{"a row of a transposed matrix", 4, []int{1, 12}, []int{1, 20}},
		{"a slice of a matrix", 23, []int{4, 5}, []int{20, 1}},
		{"three axes turned round", 0, []int{4, 5, 12}, []int{1, 4, 20}},
		{"ones between", 1, []int{1, 3, 1, 4, 1}, []int{9, 40, 9, 2, 9}},
		{"one value in four axes", 5, []int{1, 1, 1, 1}, []int{1, 2, 3, 4}},
		{"a value repeated", 5, []int{6}, []int{0}},
		{"a row repeated", 5, []int{6, 4}, []int{0, 1}},
		{"a window sliding over a vector", 0, []int{10, 8}, []int{1, 1}},
		{"the last value", n - 1, []int{1}, []int{1}},
	} {
		ref, err := newTensorRef(s, v.offset, v.shape, v.strides)
		if err != nil {
			t.Errorf("%s: %v", v.what, err)
			continue
		}
		got, err := ref.read()
		if want := gather(v.offset, v.shape, v.strides); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v (%v), want %v", v.what, got, err, want)
		}
	}
}

func TestViewsAtRandom(t *testing.T) {
	const n = 500
	s := countingStorage(t, n)
	rng := rand.New(rand.NewPCG(5, 6))
	read := 0
	for range 5000 {
		shape, strides := make([]int, rng.IntN(5)), []int(nil)
		for i := range shape {
			shape[i] = 1 + rng.IntN(5)
			strides = append(strides, rng.IntN(30))
		}
		offset := rng.IntN(n)
		elements, last := 1, offset
		for i := range shape {
			elements *= shape[i]
			last += (shape[i] - 1) * strides[i]
		}
		ref, err := newTensorRef(s, offset, shape, strides)
		if fits := last < n && elements <= n; fits != (err == nil) {
			t.Fatalf("shape %v, strides %v, offset %d: fits is %v, error %v", shape, strides, offset, fits, err)
		}
		if err != nil {
			continue
		}
		read++
		got, err := ref.read()
		if want := gather(offset, shape, strides); err != nil || !slices.Equal(got, want) {
			t.Fatalf("shape %v, strides %v, offset %d: got %v (%v), want %v", shape, strides, offset, got, err, want)
		}
	}
	if read < 1000 {
		t.Errorf("only %d of the views lie in the storage", read)
	}
}

func TestViewsOutside(t *testing.T) {
	s := countingStorage(t, 100)
	const huge = 1 << 62
	for _, v := range []struct {
		what           string
		offset         int
		shape, strides []int
	}{
		{"an offset before the storage", -1, []int{1}, []int{1}},
		{"an offset behind it", 100, nil, nil},
		{"a huge offset", huge, []int{1}, []int{1}},
		{"one value too many", 1, []int{100}, []int{1}},
		{"a stride that leaves it", 0, []int{2}, []int{100}},
		{"a negative stride", 50, []int{2}, []int{-1}},
		{"a huge stride", 0, []int{5}, []int{huge}},
		{"strides that overflow together", 0, []int{2, 2}, []int{huge, huge}},
		{"more values than the storage has", 0, []int{11, 10}, []int{0, 1}},
		{"a huge axis that goes nowhere", 0, []int{huge}, []int{0}},
		{"axes that overflow together", 0, []int{1 << 32, 1 << 32}, []int{0, 0}},
		{"an empty axis", 0, []int{0}, []int{1}},
		{"a negative axis", 0, []int{-1}, []int{1}},
		{"fewer strides than axes", 0, []int{1, 1}, []int{1}},
	} {
		if _, err := newTensorRef(s, v.offset, v.shape, v.strides); err == nil {
			t.Errorf("%s is accepted", v.what)
		}
	}
}

func TestStorageKinds(t *testing.T) {
	for class, raw := range map[string][]byte{
		"FloatStorage":    {0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0},
		"HalfStorage":     {0, 0x3c, 0, 0xc1},
		"BFloat16Storage": {0x80, 0x3f, 0x20, 0xc0},
		"DoubleStorage":   {0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0},
	} {
		k := kinds[class]
		if got := k.floats(raw); len(raw) != 2*k.size || !slices.Equal(got, []float32{1, -2.5}) {
			t.Errorf("%s: got %v", class, got)
		}
	}
	ref, err := newTensorRef(&storage{kind: kinds["LongStorage"], elements: 1}, 0, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ref.read(); err == nil || !strings.Contains(err.Error(), "LongStorage") {
		t.Errorf("integers are read as weights: %v", err)
	}
}

// TestStorageChecksum flips every bit of a storage; a view of another part of
// it sees that as well.
func TestStorageChecksum(t *testing.T) {
	b := archive(t, record{"0", floats(0, 1, 2, 3, 4)})
	start := bytes.Index(b, floats(0, 1, 2, 3, 4))
	for at := start; at < start+20; at++ {
		bad := slices.Clone(b)
		bad[at] ^= 1 << (at % 8)
		z, err := zip.NewReader(bytes.NewReader(bad), int64(len(bad)))
		if err != nil {
			t.Fatal(err)
		}
		s := &storage{kinds["FloatStorage"], 5, z.File[0]}
		if _, err := s.read(2, 3); !errors.Is(err, zip.ErrChecksum) {
			t.Errorf("a bit flipped in byte %d: error is %v", at-start, err)
		}
	}
}
