// Package staticsite serves the folder of a static web application as a careful
// host does: right media types, precompressed siblings (x.wasm.br, x.wasm.gz)
// for those who accept them, strong ETags, byte ranges, security headers,
// cross-origin isolation, and nothing outside the folder. Pack makes the
// siblings.
package staticsite

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
)

// Site is an http.Handler over a folder.
type Site struct {
	root  *os.Root // no name, and no link, leads out of it
	cache cache
}

// Open makes a site of a folder.
func Open(dir string) (*Site, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Site{root: root}, nil
}

// Close releases the folder.
func (s *Site) Close() error { return s.root.Close() }

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "This site only answers GET and HEAD.", http.StatusMethodNotAllowed)
		return
	}
	name, redirect, err := s.find(r.URL.Path)
	switch {
	case redirect != "":
		to := url.URL{Path: redirect, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusMovedPermanently)
		return
	case err == nil:
		err = s.serve(w, r, name)
	}
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		http.Error(w, "There is no such page here.", http.StatusNotFound)
	default:
		http.Error(w, "The file could not be read.", http.StatusInternalServerError)
	}
}

// find turns a URL's path into the name of a file in the folder, or into a path
// to go to instead: a folder's own, with a slash at its end.
func (s *Site) find(urlPath string) (name, redirect string, err error) {
	clean := path.Clean("/" + urlPath)
	for part := range strings.SplitSeq(clean, "/") {
		if strings.HasPrefix(part, ".") { // hidden files are nobody's business
			return "", "", fs.ErrNotExist
		}
	}
	name = strings.TrimPrefix(clean, "/")
	if name == "" {
		return "index.html", "", nil
	}
	stat, err := s.root.Stat(name)
	slash := strings.HasSuffix(urlPath, "/")
	switch {
	case err != nil: // a name too odd for the file system is not there either
		return "", "", fs.ErrNotExist
	case stat.IsDir() && !slash:
		return "", clean + "/", nil
	case stat.IsDir():
		return path.Join(name, "index.html"), "", nil
	case slash || !stat.Mode().IsRegular():
		return "", "", fs.ErrNotExist
	}
	return name, "", nil
}

// serve answers with a file, or with the best sibling of it.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, name string) error {
	f, err := s.root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	if !stat.Mode().IsRegular() {
		return fs.ErrNotExist
	}
	sum, err := s.cache.sum(name, f, stat)
	if err != nil {
		return err
	}
	h := w.Header()
	media := typeOf(name)
	h.Set("Content-Type", media.name)
	h.Set("Cache-Control", caching(name))
	h.Set("ETag", fmt.Sprintf("%q", sum))
	if media.compressed {
		h.Set("Vary", "Accept-Encoding")
		if r.Header.Get("Range") == "" { // ranges are of the file itself
			if sibling, e := s.sibling(r, name, stat, sum); sibling != nil {
				defer sibling.Close()
				return serveSibling(w, r, sibling, e, stat, sum)
			}
		}
	}
	http.ServeContent(w, r, "", stat.ModTime(), f)
	return nil
}

// sibling opens the precompressed file that the client likes best, nil if there
// is none that holds what the file holds now.
func (s *Site) sibling(r *http.Request, name string, stat fs.FileInfo, sum string) (*os.File, encoding) {
	for _, e := range acceptable(strings.Join(r.Header.Values("Accept-Encoding"), ",")) {
		f, err := s.root.Open(name + e.suffix)
		if err != nil {
			continue
		}
		if s.cache.current(name, f, e, stat, sum) {
			return f, e
		}
		f.Close()
	}
	return nil, encoding{}
}

func serveSibling(w http.ResponseWriter, r *http.Request, f *os.File, e encoding, of fs.FileInfo, sum string) error {
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Encoding", e.name)
	h.Set("Content-Length", strconv.FormatInt(stat.Size(), 10)) // ServeContent leaves it out of encoded content
	h.Set("ETag", fmt.Sprintf("%q", sum+"-"+e.name))
	http.ServeContent(bodied{w}, r, "", of.ModTime(), f)
	return nil
}

// bodied takes what is said of a body away where none comes: ServeContent leaves
// it in a 412.
type bodied struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w bodied) WriteHeader(status int) {
	if status != http.StatusOK && status != http.StatusPartialContent {
		w.Header().Del("Content-Length")
		w.Header().Del("Content-Encoding")
	}
	w.ResponseWriter.WriteHeader(status)
}

// ReadFrom implements io.ReaderFrom: the system may send a file by itself.
func (w bodied) ReadFrom(r io.Reader) (int64, error) { return io.Copy(w.ResponseWriter, r) }
