package checkpoint

import (
	"fmt"
	"math"

	"gorgonia.org/tensor"
)

// tensorRef is a strided view of a storage: what a tensor is in a checkpoint.
type tensorRef struct {
	storage *storage
	offset  int // elements
	shape   []int
	strides []int // elements
}

// newTensorRef checks that a view lies within its storage, and that it claims
// no more memory than the storage has.
func newTensorRef(s *storage, offset int, shape, strides []int) (*tensorRef, error) {
	t := &tensorRef{s, offset, shape, strides}
	if len(shape) != len(strides) {
		return nil, fmt.Errorf("shape %v has strides %v", shape, strides)
	}
	if offset < 0 || offset > s.elements {
		return nil, fmt.Errorf("offset %d is outside the storage of %d elements", offset, s.elements)
	}
	elements, reach := 1, 0 // reach: from the first element to the last
	for i, n := range shape {
		if n < 1 || strides[i] < 0 {
			return nil, fmt.Errorf("shape %v with strides %v is out of range", shape, strides)
		}
		if n > s.elements/elements || strides[i] > (math.MaxInt32-reach)/n {
			return nil, fmt.Errorf("shape %v with strides %v needs more than the storage's %d elements", shape, strides, s.elements)
		}
		elements *= n
		reach += (n - 1) * strides[i]
	}
	if offset+reach >= s.elements {
		return nil, fmt.Errorf("shape %v with strides %v from %d on leaves the storage of %d elements", shape, strides, offset, s.elements)
	}
	return t, nil
}

// read returns the values in row-major order.
func (t *tensorRef) read() ([]float32, error) {
	elements, reach := 1, 0
	for i, n := range t.shape {
		elements *= n
		reach += (n - 1) * t.strides[i]
	}
	if t.storage.kind.floats == nil {
		return nil, fmt.Errorf("%s is not floating point", t.storage.kind.name)
	}
	values, err := t.storage.read(t.offset, t.offset+reach+1)
	if err != nil || t.contiguous() {
		return values, err
	}
	pattern := tensor.MakeAP(t.shape, t.strides, 0, 0)
	out := make([]float32, 0, elements)
	for it := tensor.NewIterator(&pattern); !it.Done(); {
		i, err := it.Next()
		if err != nil {
			return nil, err
		}
		out = append(out, values[i])
	}
	return out, nil
}

// contiguous reports whether the view is in row-major order without gaps.
func (t *tensorRef) contiguous() bool {
	want := 1
	for i := len(t.shape) - 1; i >= 0; i-- {
		if t.shape[i] > 1 && t.strides[i] != want {
			return false
		}
		want *= t.shape[i]
	}
	return true
}
