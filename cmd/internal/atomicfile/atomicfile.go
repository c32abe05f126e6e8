// Package atomicfile writes files that are there whole or not at all.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Write makes the file path of what write gives, or replaces it: under a
// temporary name in the same folder first, so that an error or an interruption
// leaves what was there before. A link is followed, and something that is no
// regular file, such as a device, is written to as it is.
func Write(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	switch stat, err := os.Stat(path); {
	case err == nil && stat.IsDir():
		return fmt.Errorf("%s is a folder, want a file", path)
	case err == nil && !stat.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return finish(f, write)
	}
	f, err := create(path)
	if err != nil {
		return err
	}
	if err = finish(f, write); err == nil {
		if err = os.Rename(f.Name(), path); err == nil {
			return nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// create opens a new file beside path. Unlike os.CreateTemp's, its permissions
// are those that the user's files get.
func create(path string) (*os.File, error) {
	for {
		name := fmt.Sprintf("%s.%08x.tmp", path, rand.Uint32())
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// finish writes to f and closes it.
func finish(f *os.File, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<18)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
}
