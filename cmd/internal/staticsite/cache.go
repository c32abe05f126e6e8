package staticsite

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// cache remembers what was found out about files, as long as they do not
// change.
type cache struct {
	mu       sync.Mutex
	sums     map[string]known[string]
	siblings map[string]known[bool] // by the sibling's name: whether it holds the file's content
}

// known is a finding about a file of a certain state.
type known[T any] struct {
	states [2]state
	value  T
}

// state tells versions of a file apart.
type state struct {
	size int64
	time time.Time
}

func stateOf(i fs.FileInfo) state { return state{i.Size(), i.ModTime()} }

// sum is the hash of a file's content, which its ETag is made of.
func (c *cache) sum(name string, f *os.File, stat fs.FileInfo) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := [2]state{stateOf(stat)}
	if k, ok := c.sums[name]; ok && k.states == now {
		return k.value, nil
	}
	sum, err := hash(f)
	if err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if c.sums == nil {
		c.sums = map[string]known[string]{}
	}
	c.sums[name] = known[string]{now, sum}
	return sum, nil
}

// current reports whether sibling f, in encoding e, holds the content that has
// the given hash. Times would not do: copying a site changes them.
func (c *cache) current(name string, f *os.File, e encoding, of fs.FileInfo, sum string) bool {
	stat, err := f.Stat()
	if err != nil || !stat.Mode().IsRegular() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := [2]state{stateOf(of), stateOf(stat)}
	if k, ok := c.siblings[name+e.suffix]; ok && k.states == now {
		return k.value
	}
	got, err := decodedSum(f, e, of.Size())
	if _, seekErr := f.Seek(0, io.SeekStart); seekErr != nil {
		return false
	}
	if c.siblings == nil {
		c.siblings = map[string]known[bool]{}
	}
	value := err == nil && got == sum
	c.siblings[name+e.suffix] = known[bool]{now, value}
	return value
}

// decodedSum is the hash of what an encoded file holds, as far as one byte
// beyond the size that is expected.
func decodedSum(f io.Reader, e encoding, size int64) (string, error) {
	r, err := e.reader(f)
	if err != nil {
		return "", err
	}
	return hash(io.LimitReader(r, size+1))
}

// hash is the first half of a SHA-256 sum.
func hash(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
