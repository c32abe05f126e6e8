package webgpu

import "errors"

// The kinds of failure of the GPU path, to be told apart by errors.Is. Their
// text is a whole sentence that a page may show.
var (
	// ErrUnavailable: there is no WebGPU, no adapter, or one that cannot run the
	// network. Trying again is no use.
	ErrUnavailable = errors.New("the GPU cannot be used")
	// ErrLost: the device is gone. A new backend, loaded anew, may work.
	ErrLost = errors.New("the GPU was reset or taken away")
	// ErrMemory: the tile needs more memory than there is. Smaller ones may not.
	ErrMemory = errors.New("the GPU has too little memory")
	// ErrFault: the GPU, or this package, did something wrong. The result was not
	// used.
	ErrFault = errors.New("the GPU failed to compute")
)

// failure is an error of a kind, with its own sentence.
type failure struct {
	kind     error
	sentence string
}

func (f *failure) Error() string { return f.sentence }
func (f *failure) Unwrap() error { return f.kind }

// kindOf is the kind of an error of this package.
func kindOf(err error) error {
	for _, kind := range []error{ErrUnavailable, ErrLost, ErrMemory} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return ErrFault
}
