//go:build js && wasm

package main

import (
	"crypto/sha256"
	"errors"
	"strconv"
	"strings"
	"syscall/js"

	"tcmoa/quant"
)

// store keeps the model of one address in the browser's private file system, so
// that a download that broke off goes on where it stopped, and a later visit
// needs no network:
//
//	tcmoa/<SHA-256 of the address>/model.json
//	tcmoa/<SHA-256 of the address>/<SHA-256 of the weight file>/<number of a frame>
//	tcmoa/<SHA-256 of the address>/<SHA-256 of the weight file>/trial
//
// One file a frame, since then nothing needs an index that would have to agree
// with what it lists: a frame is there or not, and since its hash is checked
// whenever it is read, one that was cut off or altered counts as absent. For
// the same reason pages that load at once need no lock: an access handle is
// exclusive, so that the second writer of a frame is refused and goes on
// without, and a reader that meets half a frame fetches it.
//
// Storing is a courtesy. Where the browser has no such file system, blocks it
// or lets it be full, nothing is kept, nothing is found and nobody is told. A
// nil store is one that never has anything.
type store struct {
	place  js.Value // the directory of the address
	sum    string   // names the directory of the weight file
	frames js.Value // which this is
	held   []bool   // the frames that are there in their size
	closed bool     // whether writing failed: more would fail as well
}

// openStore is the store of a model's address.
func openStore(address string) *store {
	storage := js.Global().Get("navigator")
	if storage.Truthy() {
		storage = storage.Get("storage")
	}
	if !storage.Truthy() { // no secure context, or no browser
		return nil
	}
	dir, err := ask(storage, "getDirectory")
	for _, name := range []string{"tcmoa", quant.Hash(sha256.Sum256([]byte(address))).String()} {
		if err == nil {
			dir, err = ask(dir, "getDirectoryHandle", name, create)
		}
	}
	if err != nil {
		return nil
	}
	return &store{place: dir}
}

// manifest is that of the model which was last stored as a whole, or "".
func (s *store) manifest() string {
	if s == nil {
		return ""
	}
	file, err := openFile(s.place, quant.ManifestFile)
	if err != nil || file.Get("size").Int() > quant.MaxManifest {
		return ""
	}
	text, err := ask(file, "text")
	if err != nil {
		return ""
	}
	return text.String()
}

// use turns to the frames of a weight file.
func (s *store) use(m quant.Manifest) {
	if s == nil {
		return
	}
	s.sum, s.held = m.SHA256.String(), make([]bool, len(m.Frames))
	var err error
	if s.frames, err = ask(s.place, "getDirectoryHandle", s.sum, create); err != nil {
		s.closed = true
		return
	}
	for i, f := range m.Frames {
		file, err := openFile(s.frames, strconv.Itoa(i))
		s.held[i] = err == nil && int64(file.Get("size").Float()) == f.Length
	}
}

// has tells whether frame i seems to be there.
func (s *store) has(i int) bool { return s != nil && s.held[i] }

// frame reads frame i, a Uint8Array. That it is the right one is still to be
// seen.
func (s *store) frame(i int) (js.Value, error) {
	file, err := openFile(s.frames, strconv.Itoa(i))
	if err != nil {
		return js.Value{}, err
	}
	buffer, err := ask(file, "arrayBuffer")
	if err != nil {
		return js.Value{}, err
	}
	return uint8Array.New(buffer), nil
}

// drop forgets a frame that turned out not to be the right one.
func (s *store) drop(i int) { s.held[i] = false }

// keep stores a verified frame, unless it is there.
func (s *store) keep(i int, frame []byte) {
	if s == nil || s.closed || s.held[i] {
		return
	}
	err := writeFile(s.frames, strconv.Itoa(i), frame)
	if isNamed(err, "QuotaExceededError") { // the model before may take the room
		s.removeOthers()
		err = writeFile(s.frames, strconv.Itoa(i), frame)
	}
	s.held[i] = err == nil
	s.closed = err != nil && !isNamed(err, "NoModificationAllowedError") // which is another page at the same frame
}

// settle ends a load that succeeded: where all its frames are kept, the
// manifest is stored, and what the address gave before is removed. It tells
// whether a later load can do without a network.
func (s *store) settle(manifest string) bool {
	if s == nil {
		return false
	}
	for _, held := range s.held {
		if !held {
			return false
		}
	}
	if s.manifest() != manifest {
		if err := writeFile(s.place, quant.ManifestFile, []byte(manifest)); err != nil {
			return false
		}
	}
	s.removeOthers()
	return true
}

// verdict is what a GPU's trial with these weights came to.
type verdict string

const (
	unknown verdict = ""
	passed  verdict = "passed"
	failed  verdict = "failed"
)

// trialFile lies beside the frames and holds the last trial: the verdict, and
// what it holds for.
const trialFile = "trial"

// verdict is what is known of a GPU.
func (s *store) verdict(fingerprint string) verdict {
	if s == nil || s.closed {
		return unknown
	}
	file, err := openFile(s.frames, trialFile)
	if err != nil {
		return unknown
	}
	text, err := ask(file, "text")
	if err != nil {
		return unknown
	}
	word, holder, _ := strings.Cut(text.String(), " ")
	if v := verdict(word); holder == fingerprint && (v == passed || v == failed) {
		return v
	}
	return unknown
}

// remember stores a verdict.
func (s *store) remember(fingerprint string, v verdict) {
	if s != nil && !s.closed {
		_ = writeFile(s.frames, trialFile, []byte(string(v)+" "+fingerprint))
	}
}

// removeOthers removes the frames of other weight files. What another page is
// about to write stays, and goes the next time.
func (s *store) removeOthers() {
	keys, err := ask(s.place, "keys")
	if err != nil {
		return
	}
	var others []string
	for {
		next, err := ask(keys, "next")
		if err != nil || next.Get("done").Bool() {
			break
		}
		if name := next.Get("value").String(); name != s.sum && name != quant.ManifestFile {
			others = append(others, name)
		}
	}
	for _, name := range others {
		_, _ = ask(s.place, "removeEntry", name, map[string]any{"recursive": true})
	}
}

// create lets a handle be made for what is not there yet.
var create = map[string]any{"create": true}

// openFile is a file as it is now.
func openFile(dir js.Value, name string) (js.Value, error) {
	handle, err := ask(dir, "getFileHandle", name)
	if err != nil {
		return js.Value{}, err
	}
	return ask(handle, "getFile")
}

// writeFile makes a file, or removes it where it cannot be written as a whole.
func writeFile(dir js.Value, name string, data []byte) error {
	handle, err := ask(dir, "getFileHandle", name, create)
	if err != nil {
		return err
	}
	access, err := ask(handle, "createSyncAccessHandle")
	if err != nil {
		return err
	}
	err = writeAll(access, data)
	if _, closeErr := ask(access, "close"); err == nil {
		err = closeErr
	}
	if err != nil {
		_, _ = ask(dir, "removeEntry", name)
	}
	return err
}

func writeAll(access js.Value, data []byte) error {
	array := uint8Array.New(len(data))
	js.CopyBytesToJS(array, data)
	if _, err := ask(access, "truncate", 0); err != nil {
		return err
	}
	n, err := ask(access, "write", array, map[string]any{"at": 0})
	if err != nil {
		return err
	}
	if n.Int() < len(data) {
		return errors.New("the file was not written as a whole")
	}
	_, err = ask(access, "flush")
	return err
}
