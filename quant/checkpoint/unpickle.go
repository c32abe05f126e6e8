package checkpoint

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/nlpodyssey/gopickle/pickle"
	"github.com/nlpodyssey/gopickle/types"

	"tcmoa/quant"
)

// maxPickle bounds the pickle in bytes. A tensor takes about 160: the largest
// published network and its optimiser's state have a few thousand.
const maxPickle = 4 << 20

// unpickle reads the object of a checkpoint's pickle; tensors in it are
// *tensorRef of the archive's records.
func unpickle(f *zip.File, records map[string]*zip.File) (root any, err error) {
	if f.UncompressedSize64 > maxPickle {
		return nil, fmt.Errorf("%d bytes, more than %d", f.UncompressedSize64, maxPickle)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPickle)) // to the end: the checksum is verified there
	if err != nil {
		return nil, err
	}
	if err := checkOpcodes(text); err != nil {
		return nil, err
	}
	// The unpickler panics on some objects that no checkpoint has, such as a
	// dict whose key is a byte string.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("malformed pickle: %v", p)
		}
	}()
	u := pickle.NewUnpickler(bytes.NewReader(text))
	u.FindClass = findClass
	u.PersistentLoad = func(id any) (any, error) { return persistent(id, records) }
	return u.Load()
}

// findClass gives the pickle's global names their meaning.
func findClass(module, name string) (any, error) {
	switch module {
	case "torch":
		if k, ok := kinds[name]; ok {
			return k, nil
		}
	case "torch._utils":
		switch name {
		case "_rebuild_tensor_v2":
			return callable(rebuildTensor), nil
		case "_rebuild_parameter":
			return callable(rebuildParameter), nil
		}
	}
	return opaque{}, nil
}

// persistent makes a storage from the tuple that stands for it:
// ("storage", class, key, device, elements).
func persistent(id any, records map[string]*zip.File) (any, error) {
	tuple, ok := id.(*types.Tuple)
	if !ok || tuple.Len() != 5 || tuple.Get(0) != any("storage") {
		return nil, errors.New("a persistent object is not a storage")
	}
	key, keyOK := tuple.Get(2).(string)
	elements, elementsOK := tuple.Get(4).(int)
	if !keyOK || !elementsOK {
		return nil, errors.New("a storage without key or size")
	}
	k, ok := tuple.Get(1).(*kind)
	if !ok {
		return nil, fmt.Errorf("storage %q is of an unknown type", key)
	}
	record, ok := records[key]
	if !ok {
		return nil, fmt.Errorf("storage %q has no record", key)
	}
	if size := record.UncompressedSize64; elements < 0 || size%uint64(k.size) != 0 || uint64(elements) != size/uint64(k.size) {
		return nil, fmt.Errorf("record %q has %d bytes, want %d elements of %d", record.Name, size, elements, k.size)
	}
	return &storage{k, elements, record}, nil
}

// callable is a function that a pickle may call.
type callable func(args []any) (any, error)

func (c callable) Call(args ...any) (any, error) { return c(args) }

// rebuildTensor takes (storage, offset, shape, strides, ...). A view outside of
// its storage becomes an error when the state dict is read, which knows the
// tensor's name.
func rebuildTensor(args []any) (any, error) {
	if len(args) < 4 {
		return nil, fmt.Errorf("a tensor of %d arguments", len(args))
	}
	s, ok := args[0].(*storage)
	if !ok {
		return nil, errors.New("a tensor without storage")
	}
	offset, ok := args[1].(int)
	shape, shapeOK := ints(args[2])
	strides, stridesOK := ints(args[3])
	if !ok || !shapeOK || !stridesOK {
		return nil, errors.New("a tensor's offset, shape or strides are no integers")
	}
	t, err := newTensorRef(s, offset, shape, strides)
	if err != nil {
		return badTensor{err}, nil
	}
	return t, nil
}

// badTensor stands for a tensor that cannot be read.
type badTensor struct{ fault error }

// rebuildParameter takes (tensor, ...).
func rebuildParameter(args []any) (any, error) {
	if len(args) == 0 {
		return nil, errors.New("a parameter without tensor")
	}
	return args[0], nil
}

// ints converts a tuple of integers.
func ints(v any) ([]int, bool) {
	tuple, ok := v.(*types.Tuple)
	if !ok {
		return nil, false
	}
	out := make([]int, tuple.Len())
	for i := range out {
		if out[i], ok = tuple.Get(i).(int); !ok {
			return nil, false
		}
	}
	return out, true
}

// opaque stands for any other class and for its instances, of which nothing is
// kept.
type opaque struct{}

func (opaque) Call(...any) (any, error)    { return opaque{}, nil }
func (opaque) PyNew(...any) (any, error)   { return opaque{}, nil }
func (opaque) PySetState(any) error        { return nil }
func (opaque) PySetAttr(string, any) error { return nil }
func (opaque) Set(_, _ any)                {}
func (opaque) Append(any)                  {}
func (opaque) Add(any)                     {}

// stateDict lists the tensors of a checkpoint's object, in its order.
func stateDict(root any) ([]quant.Info, map[string]*tensorRef, error) {
	entries, ok := dict(root)
	if !ok {
		return nil, nil, errors.New("the checkpoint is not a dict")
	}
	for _, e := range entries {
		if e.Key == any("model") {
			if entries, ok = dict(e.Value); !ok {
				return nil, nil, errors.New(`the checkpoint's "model" is not a dict`)
			}
			break
		}
	}
	var infos []quant.Info
	tensors := map[string]*tensorRef{}
	for _, e := range entries {
		name, ok := e.Key.(string)
		if !ok {
			return nil, nil, errors.New("the state dict has a key that is no string")
		}
		switch v := e.Value.(type) {
		case badTensor:
			return nil, nil, fmt.Errorf("tensor %q: %w", name, v.fault)
		case *tensorRef:
			if tensors[name] != nil {
				return nil, nil, fmt.Errorf("tensor %q is there twice", name)
			}
			infos = append(infos, quant.Info{Name: name, Shape: v.shape})
			tensors[name] = v
		}
	}
	if len(infos) == 0 {
		return nil, nil, errors.New(`no tensors in the checkpoint or under its key "model"`)
	}
	return infos, tensors, nil
}

// dict returns the entries of a dict, plain or ordered.
func dict(v any) ([]types.DictEntry, bool) {
	switch d := v.(type) {
	case *types.Dict:
		return *d, true
	case *types.OrderedDict:
		entries := make([]types.DictEntry, 0, d.Len())
		for e := d.List.Front(); e != nil; e = e.Next() {
			entry := e.Value.(*types.OrderedDictEntry)
			entries = append(entries, types.DictEntry{Key: entry.Key, Value: entry.Value})
		}
		return entries, true
	}
	return nil, false
}
