package quant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"tcmoa/core"
)

// Info describes a tensor without reading it.
type Info struct {
	Name  string
	Shape []int
	Int8  bool // held as int8 with scales, not as floating point
}

// Source is where the parameters of a network come from. Reading a tensor costs
// memory for that tensor only, in every source of this package. A Source is for
// one goroutine at a time.
type Source interface {
	// Config is the variant of the network.
	Config() core.Config
	// Tensors lists what the source holds, tensors that core.Unused names
	// included, in the order that is quickest to read. The caller owns the list.
	Tensors() []Info
	// Tensor reads one tensor. The caller owns the result.
	Tensor(name string) (core.Tensor, error)
	// Close releases the files behind the source.
	Close() error
}

// OpenFile opens a file as what open makes of it. open is given the file's path
// as name and the file as closer, which the source closes.
func OpenFile(path string, open func(name string, r io.ReaderAt, size int64, closer io.Closer) (Source, error)) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	stat, err := f.Stat()
	if err == nil {
		var src Source
		if src, err = open(path, f, stat.Size(), f); err == nil {
			return src, nil
		}
	}
	return nil, errors.Join(err, f.Close())
}

// Progress is told how far a long operation has come: done of total, both in
// the unit that the operation's documentation gives. It may be nil.
type Progress func(done, total int64)

func (p Progress) report(done, total int64) {
	if p != nil {
		p(done, total)
	}
}

// Check reports everything about src that does not fit its config: parameters
// that are missing, unknown, or of another shape. It reads no tensor.
func Check(src Source) error {
	_, err := plan(src.Config(), src.Tensors())
	return err
}

// maxFaults is how many faults of a source an error spells out.
const maxFaults = 8

// plan matches what a source holds with what the network needs: it returns the
// tensors to read, in the network's order.
func plan(cfg core.Config, held []Info) ([]Info, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	byName := make(map[string]Info, len(held))
	for _, t := range held {
		byName[t.Name] = t
	}
	var faults []error
	var wanted []Info
	for _, p := range cfg.Params() {
		t, ok := byName[p.Name]
		delete(byName, p.Name)
		switch {
		case !ok && p.Optional:
		case !ok:
			faults = append(faults, fmt.Errorf("tensor %q is missing, want shape %v", p.Name, p.Shape))
		case !slices.Equal(t.Shape, p.Shape):
			faults = append(faults, fmt.Errorf("tensor %q has shape %v, want %v", p.Name, t.Shape, p.Shape))
		case t.Int8 && !p.Int8:
			faults = append(faults, fmt.Errorf("tensor %q is int8, want floating point", p.Name))
		default:
			wanted = append(wanted, t)
		}
	}
	for _, t := range held { // the order of the source, not of the map
		if _, left := byName[t.Name]; left && !core.Unused(t.Name) {
			faults = append(faults, fmt.Errorf("tensor %q of shape %v is unknown to this variant", t.Name, t.Shape))
		}
	}
	if n := len(faults); n > maxFaults {
		faults = append(faults[:maxFaults], fmt.Errorf("and %d more", n-maxFaults))
	}
	return wanted, errors.Join(faults...)
}

// Each reads the parameters of src that the network uses, in the network's
// order, and hands each to visit, which owns it. It checks all of them before
// it reads the first. Progress is in tensors.
func Each(ctx context.Context, src Source, progress Progress, visit func(name string, t core.Tensor) error) error {
	wanted, err := plan(src.Config(), src.Tensors())
	if err != nil {
		return err
	}
	for i, info := range wanted {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := src.Tensor(info.Name)
		if err != nil {
			return err
		}
		if err := visit(info.Name, t); err != nil {
			return err
		}
		progress.report(int64(i+1), int64(len(wanted)))
	}
	return nil
}

// Load reads all parameters that the network uses into memory. Load of a
// [Quantised] source gives the int8 network. Progress is in tensors.
func Load(ctx context.Context, src Source, progress Progress) (map[string]core.Tensor, error) {
	params := map[string]core.Tensor{}
	err := Each(ctx, src, progress, func(name string, t core.Tensor) error {
		params[name] = t
		return nil
	})
	if err != nil {
		return nil, err
	}
	return params, nil
}
