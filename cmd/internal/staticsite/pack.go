package staticsite

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"tcmoa/cmd/internal/atomicfile"
)

// minPacked is the size in bytes from which on a file gets siblings: a smaller
// one fits a packet or two as it is.
const minPacked = 1024

// Packed sums up what Pack did, in bytes.
type Packed struct {
	Files  int   // that are worth compressing
	Fresh  int   // siblings written; the others were current
	Size   int64 // of the files
	Brotli int64 // of their .br siblings, or of the files where there is none
	Gzip   int64 // likewise .gz
}

// Pack puts compressed siblings beside all files of a folder that are worth it,
// for a host that sends them as they are. A sibling that would not be smaller
// is not made; one that is outdated is replaced or removed. The same content
// gives the same bytes. report, which may be nil, is told how many of the files
// are done.
func Pack(ctx context.Context, dir string, report func(done, total int64)) (Packed, error) {
	files, err := packable(dir)
	if err != nil {
		return Packed{}, err
	}
	var (
		mu    sync.Mutex
		total Packed
		errs  []error
		wg    sync.WaitGroup
		next  = make(chan string)
	)
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		wg.Go(func() {
			for path := range next {
				p, err := packFile(path)
				mu.Lock()
				total.add(p)
				errs = append(errs, err)
				if report != nil {
					report(int64(len(errs)), int64(len(files)))
				}
				mu.Unlock()
			}
		})
	}
	for _, path := range files {
		if ctx.Err() == nil {
			next <- path
		}
	}
	close(next)
	wg.Wait()
	return total, errors.Join(append(errs, ctx.Err())...)
}

func (p *Packed) add(q Packed) {
	p.Files += q.Files
	p.Fresh += q.Fresh
	p.Size += q.Size
	p.Brotli += q.Brotli
	p.Gzip += q.Gzip
}

// packable lists the files below dir that are worth compressing. Hidden files
// and folders, which a Site does not serve, are left out.
func packable(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		hidden := path != dir && strings.HasPrefix(d.Name(), ".")
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return filepath.SkipDir
		case d.Type().IsRegular() && !hidden && typeOf(d.Name()).compressed:
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// packFile makes or removes the siblings of one file.
func packFile(path string) (Packed, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Packed{}, err
	}
	size := int64(len(content))
	p := Packed{Files: 1, Size: size}
	sizes := map[string]*int64{"br": &p.Brotli, "gzip": &p.Gzip}
	for _, e := range encodings {
		n, fresh, err := packSibling(path+e.suffix, content, e)
		if err != nil {
			return Packed{}, err
		}
		*sizes[e.name] = n
		if fresh {
			p.Fresh++
		}
	}
	return p, nil
}

// packSibling makes sibling path current and returns its size, or that of the
// content where there is to be none.
func packSibling(path string, content []byte, e encoding) (size int64, fresh bool, err error) {
	if n, ok := holds(path, content, e); ok {
		return n, false, nil
	}
	var buf bytes.Buffer
	if len(content) >= minPacked {
		w, err := e.writer(&buf)
		if err != nil {
			return 0, false, err
		}
		if _, err := w.Write(content); err != nil {
			return 0, false, err
		}
		if err := w.Close(); err != nil {
			return 0, false, err
		}
	}
	if len(content) < minPacked || buf.Len() >= len(content) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, false, err
		}
		return int64(len(content)), false, nil
	}
	err = atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(buf.Bytes())
		return err
	})
	return int64(buf.Len()), true, err
}

// holds reports whether a sibling is there and holds content, and its size.
func holds(path string, content []byte, e encoding) (size int64, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil || stat.Size() >= int64(len(content)) {
		return 0, false
	}
	got, err := decodedSum(f, e, int64(len(content)))
	if err != nil {
		return 0, false
	}
	want, err := hash(bytes.NewReader(content))
	return stat.Size(), err == nil && got == want
}
