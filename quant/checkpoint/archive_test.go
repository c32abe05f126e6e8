package checkpoint

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"testing"
)

// pickler writes pickles of protocol 2 as PyTorch does.
type pickler struct{ bytes.Buffer }

func (p *pickler) op(b ...byte) { p.Write(b) }

func (p *pickler) text(s string) {
	p.op('X')
	p.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(s))))
	p.WriteString(s)
}

func (p *pickler) number(n int) {
	if n < math.MinInt32 || n > math.MaxInt32 {
		p.op(0x8a, 8)
		p.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
		return
	}
	p.op('J')
	p.Write(binary.LittleEndian.AppendUint32(nil, uint32(int32(n))))
}

func (p *pickler) tuple(numbers []int) {
	p.op('(')
	for _, n := range numbers {
		p.number(n)
	}
	p.op('t')
}

// view is a tensor as a checkpoint has it.
type view struct {
	name           string
	class          string // of the storage, in the module torch
	key            string // of the storage
	elements       int    // of the storage
	offset         int
	shape, strides []int
}

// rowMajor is a view of a whole storage of float32.
func rowMajor(name, key string, shape ...int) view {
	v := view{name: name, class: "FloatStorage", key: key, elements: 1, shape: shape, strides: make([]int, len(shape))}
	for i := len(shape) - 1; i >= 0; i-- {
		v.strides[i] = v.elements
		v.elements *= shape[i]
	}
	return v
}

func (p *pickler) tensor(v view) {
	p.WriteString("ctorch._utils\n_rebuild_tensor_v2\n")
	p.op('(', '(')
	p.text("storage")
	p.WriteString("ctorch\n" + v.class + "\n")
	p.text(v.key)
	p.text("cpu")
	p.number(v.elements)
	p.op('t', 'Q')
	p.number(v.offset)
	p.tuple(v.shape)
	p.tuple(v.strides)
	p.op(0x89)
	p.WriteString("ccollections\nOrderedDict\n")
	p.op(')', 'R', 't', 'R')
}

// statePickle is {"model": OrderedDict of the views, "args": Namespace(lr=1), "epoch": 3}.
func statePickle(views []view) []byte {
	var p pickler
	p.op(0x80, 2, '}', '(')
	p.text("model")
	p.WriteString("ccollections\nOrderedDict\n")
	p.op(')', 'R', '(')
	for _, v := range views {
		p.text(v.name)
		p.tensor(v)
	}
	p.op('u')
	p.text("args")
	p.WriteString("cargparse\nNamespace\n")
	p.op(')', 0x81, '}', '(')
	p.text("lr")
	p.number(1)
	p.op('u', 'b')
	p.text("epoch")
	p.number(3)
	p.op('u', '.')
	return p.Bytes()
}

// record is an entry of an archive.
type record struct {
	name string
	data []byte
}

// archive is a zip file with its records stored, as PyTorch's are.
func archive(t testing.TB, records ...record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, r := range records {
		f, err := w.CreateHeader(&zip.FileHeader{Name: r.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(r.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// floats are float32 values as a storage has them.
func floats(values ...float32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// writeSparse writes an archive to w whose storages are zeros of the given
// sizes: w sees them as many writes of zeros.
func writeSparse(w io.Writer, pickle []byte, sizes []int) error {
	z := zip.NewWriter(w)
	zeros := make([]byte, 1<<20)
	add := func(name string, size int, write func(io.Writer) error, sum uint32) error {
		f, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Store, CRC32: sum,
			UncompressedSize64: uint64(size), CompressedSize64: uint64(size)})
		if err != nil {
			return err
		}
		return write(f)
	}
	err := add("net/data.pkl", len(pickle), func(w io.Writer) error {
		_, err := w.Write(pickle)
		return err
	}, crc32.ChecksumIEEE(pickle))
	for i := 0; err == nil && i < len(sizes); i++ {
		each := func(f func(zeros []byte) error) error {
			for left := sizes[i]; left > 0; left -= len(zeros) {
				if err := f(zeros[:min(left, len(zeros))]); err != nil {
					return err
				}
			}
			return nil
		}
		sum := crc32.NewIEEE()
		each(func(b []byte) error { _, err := sum.Write(b); return err })
		err = add(fmt.Sprint("net/data/", i), sizes[i], func(w io.Writer) error {
			return each(func(b []byte) error { _, err := w.Write(b); return err })
		}, sum.Sum32())
	}
	if err != nil {
		return err
	}
	return z.Close()
}
