package staticsite_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"tcmoa/cmd/internal/staticsite"
)

// program stands for a file that is worth compressing.
var program = bytes.Repeat([]byte("\x00asm, the same again and again. "), 200)

// build makes a folder of files by their names.
func build(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, dir string) *staticsite.Site {
	t.Helper()
	site, err := staticsite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { site.Close() })
	return site
}

func request(site http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "http://localhost/", nil)
	r.URL.Path = target
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w.Result()
}

func get(site http.Handler, target string, headers ...string) *http.Response {
	return request(site, http.MethodGet, target, headers...)
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPaths(t *testing.T) {
	dir := build(t, map[string]string{
		"site/index.html":        "home",
		"site/app.js":            "script",
		"site/model/tiny/m.json": "{}",
		"site/help/index.html":   "help",
		"site/.git/config":       "secret",
		"site/a/.hidden":         "secret",
		"outside.txt":            "secret",
	})
	root := filepath.Join(dir, "site")
	if err := os.Symlink(filepath.Join(dir, "outside.txt"), filepath.Join(root, "link.txt")); err != nil {
		t.Log(err) // the system has no links: nothing leads out
	}
	site := open(t, root)
	for target, want := range map[string]struct {
		status int
		body   string
	}{
		"/":                   {200, "home"},
		"/index.html":         {200, "home"},
		"/app.js":             {200, "script"},
		"//app.js":            {200, "script"},
		"/help/":              {200, "help"},
		"/model/tiny/m.json":  {200, "{}"},
		"/model/":             {404, ""}, // no listing
		"/model":              {301, ""},
		"/app.js/":            {404, ""},
		"/none.js":            {404, ""},
		"/.git/config":        {404, ""},
		"/a/.hidden":          {404, ""},
		"/../outside.txt":     {404, ""},
		"/link.txt":           {404, ""},
		"/a\x00b":             {404, ""},
		"/..%2foutside.txt":   {404, ""},
		`/..\outside.txt`:     {404, ""},
		"/help/../../out.txt": {404, ""},
	} {
		r := get(site, target)
		if r.StatusCode != want.status {
			t.Errorf("%q: status %d, want %d", target, r.StatusCode, want.status)
		}
		if got := body(t, r); want.status == 200 && got != want.body || strings.Contains(got, "secret") {
			t.Errorf("%q: %q, want %q", target, got, want.body)
		}
	}
	if got := get(site, "/help").Header.Get("Location"); got != "/help/" {
		t.Errorf("a folder without a slash leads to %q", got)
	}
	asked := httptest.NewRecorder()
	site.ServeHTTP(asked, httptest.NewRequest(http.MethodGet, "/help?a=b%20c&d", nil))
	if got := asked.Header().Get("Location"); got != "/help/?a=b%20c&d" {
		t.Errorf("a folder with a query leads to %q", got)
	}
	if got := get(site, "//help").Header.Get("Location"); got != "/help/" {
		t.Errorf("//help leads to %q, another host", got)
	}
}

func TestHeaders(t *testing.T) {
	site := open(t, build(t, map[string]string{
		"index.html": "<p>", "engine.wasm": "\x00asm", "w.mjs": "x", "model.json": "{}", "w.safetensors.zst": "z",
		"p.webp": "p", "app.3f9ac1d2.js": "x", "app-1234567.js": "x", "odd.xyz": "?",
		"holiday-20240131.webp": "h", "plant-fabaceae.webp": "f",
		"sw.js": "x", "manifest.webmanifest": "{}",
	}))
	for target, want := range map[string]struct{ media, caching, vary string }{
		"/":                      {"text/html; charset=utf-8", "no-cache", "Accept-Encoding"},
		"/engine.wasm":           {"application/wasm", "no-cache", "Accept-Encoding"},
		"/w.mjs":                 {"text/javascript; charset=utf-8", "no-cache", "Accept-Encoding"},
		"/model.json":            {"application/json", "no-cache", "Accept-Encoding"},
		"/w.safetensors.zst":     {"application/zstd", "no-cache", ""},
		"/sw.js":                 {"text/javascript; charset=utf-8", "no-cache", "Accept-Encoding"}, // or an update would not be seen
		"/manifest.webmanifest":  {"application/manifest+json", "no-cache", "Accept-Encoding"},
		"/p.webp":                {"image/webp", "no-cache", ""},
		"/app.3f9ac1d2.js":       {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "Accept-Encoding"},
		"/app-1234567.js":        {"text/javascript; charset=utf-8", "no-cache", "Accept-Encoding"}, // too short for a hash
		"/holiday-20240131.webp": {"image/webp", "no-cache", ""},                                    // a date
		"/plant-fabaceae.webp":   {"image/webp", "no-cache", ""},
		"/odd.xyz":               {"application/octet-stream", "no-cache", ""},
	} {
		h := get(site, target).Header
		if h.Get("Content-Type") != want.media || h.Get("Cache-Control") != want.caching || h.Get("Vary") != want.vary {
			t.Errorf("%s: %q, %q, %q; want %q", target, h.Get("Content-Type"), h.Get("Cache-Control"), h.Get("Vary"), want)
		}
		if h.Get("ETag") == "" {
			t.Errorf("%s has no ETag", target)
		}
	}
	for _, target := range []string{"/", "/none", "/engine.wasm"} {
		h := get(site, target).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
		for _, want := range []string{"default-src 'self'", "'wasm-unsafe-eval'", "object-src 'none'", "frame-ancestors 'none'"} {
			if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %q", target, csp, want)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	site := open(t, build(t, map[string]string{"index.html": "home"}))
	for _, m := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		if r := request(site, m, "/"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: status %d, Allow %q", m, r.StatusCode, r.Header.Get("Allow"))
		}
	}
	r := request(site, http.MethodHead, "/")
	if r.StatusCode != 200 || r.Header.Get("Content-Length") != "4" || body(t, r) != "" {
		t.Errorf("HEAD: status %d, length %q", r.StatusCode, r.Header.Get("Content-Length"))
	}
}

func TestEncodings(t *testing.T) {
	dir := build(t, map[string]string{"index.html": "home", "x.wasm": string(program), "small.js": "x"})
	if _, err := staticsite.Pack(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	site := open(t, dir)
	for _, c := range []struct{ accept, want string }{
		{"", ""},
		{"br", "br"},
		{"gzip", "gzip"},
		{"gzip, deflate, br, zstd", "br"},
		{"gzip;q=1, br;q=0.5", "gzip"},
		{"br;q=0, gzip", "gzip"},
		{"BR", "br"},
		{"*", "br"},
		{"*;q=0", ""},
		{"br;q=0, *", "gzip"},
		{"identity", ""},
		{"br;q=nonsense", ""},
		{"br; q=1", "br"},
	} {
		r := get(site, "/x.wasm", "Accept-Encoding", c.accept)
		if got := r.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("Accept-Encoding %q: %q, want %q", c.accept, got, c.want)
			continue
		}
		if got := r.Header.Get("Content-Type"); got != "application/wasm" {
			t.Errorf("Accept-Encoding %q: type %q", c.accept, got)
		}
		raw := body(t, r)
		if r.ContentLength != int64(len(raw)) {
			t.Errorf("Accept-Encoding %q: Content-Length %d for %d bytes", c.accept, r.ContentLength, len(raw))
		}
		if got := decode(t, c.want, raw); got != string(program) {
			t.Errorf("Accept-Encoding %q: another content", c.accept)
		}
	}
	if got := get(site, "/small.js", "Accept-Encoding", "br").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("a file without siblings is sent as %q", got)
	}
}

func decode(t *testing.T, encoding, raw string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(raw)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		var err error
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestOutdatedSibling: a sibling of what the file was before is never sent.
func TestOutdatedSibling(t *testing.T) {
	dir := build(t, map[string]string{"x.wasm": string(program)})
	if _, err := staticsite.Pack(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	site := open(t, dir)
	before := get(site, "/x.wasm", "Accept-Encoding", "br")
	if before.Header.Get("Content-Encoding") != "br" {
		t.Fatal("no sibling is sent")
	}
	changed := bytes.ToUpper(program)
	if err := os.WriteFile(filepath.Join(dir, "x.wasm"), append(changed, '!'), 0o666); err != nil {
		t.Fatal(err)
	}
	after := get(site, "/x.wasm", "Accept-Encoding", "br")
	if got := after.Header.Get("Content-Encoding"); got != "" {
		t.Errorf("the outdated sibling is sent (%s)", got)
	}
	if after.Header.Get("ETag") == before.Header.Get("ETag") || body(t, after) != string(changed)+"!" {
		t.Error("the answer is not the changed file")
	}
}

func TestETags(t *testing.T) {
	dir := build(t, map[string]string{"x.wasm": string(program)})
	if _, err := staticsite.Pack(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	site := open(t, dir)
	tags := map[string]bool{}
	for _, accept := range []string{"", "br", "gzip"} {
		tag := get(site, "/x.wasm", "Accept-Encoding", accept).Header.Get("ETag")
		if tags[tag] {
			t.Errorf("%q: two representations have the tag %s", accept, tag)
		}
		tags[tag] = true
		r := get(site, "/x.wasm", "Accept-Encoding", accept, "If-None-Match", tag)
		if r.StatusCode != http.StatusNotModified || body(t, r) != "" {
			t.Errorf("%q: status %d for its own tag", accept, r.StatusCode)
		}
		if r.Header.Get("Vary") != "Accept-Encoding" || r.Header.Get("ETag") != tag {
			t.Errorf("%q: a 304 lacks Vary or ETag: %v", accept, r.Header)
		}
		if r := get(site, "/x.wasm", "Accept-Encoding", accept, "If-None-Match", `"another"`); r.StatusCode != 200 {
			t.Errorf("%q: status %d for another tag", accept, r.StatusCode)
		}
		r = get(site, "/x.wasm", "Accept-Encoding", accept, "If-Match", `"another"`)
		if r.StatusCode != http.StatusPreconditionFailed || body(t, r) != "" || r.Header.Get("Content-Length") != "" || r.Header.Get("Content-Encoding") != "" {
			t.Errorf("%q: status %d without its tag, and headers of a body that does not come: %v", accept, r.StatusCode, r.Header)
		}
	}
}

// TestRanges: a download that broke off goes on, in the file itself.
func TestRanges(t *testing.T) {
	dir := build(t, map[string]string{"x.wasm": string(program)})
	if _, err := staticsite.Pack(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	site := open(t, dir)
	tag := get(site, "/x.wasm").Header.Get("ETag")
	r := get(site, "/x.wasm", "Range", "bytes=100-109", "Accept-Encoding", "br", "If-Range", tag)
	if r.StatusCode != http.StatusPartialContent || body(t, r) != string(program[100:110]) || r.Header.Get("Content-Encoding") != "" {
		t.Errorf("status %d, headers %v", r.StatusCode, r.Header)
	}
	r = get(site, "/x.wasm", "Range", "bytes=100-109", "If-Range", `"outdated"`)
	if r.StatusCode != 200 || body(t, r) != string(program) {
		t.Errorf("an outdated range: status %d", r.StatusCode)
	}
	if r := get(site, "/x.wasm", "Range", "bytes=99999-"); r.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range behind the end: status %d", r.StatusCode)
	}
}

func TestPack(t *testing.T) {
	dir := build(t, map[string]string{
		"x.wasm": string(program), "small.js": "x", "p.png": string(program), ".git/x.js": string(program),
	})
	path := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	p, err := staticsite.Pack(context.Background(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Files != 2 || p.Fresh != 2 || p.Size != int64(len(program))+1 || p.Brotli >= p.Size || p.Gzip >= p.Size {
		t.Errorf("%+v", p)
	}
	for _, name := range []string{"small.js.br", "small.js.gz", "p.png.br", ".git/x.js.br"} {
		if _, err := os.Stat(path(name)); err == nil {
			t.Errorf("there is %s", name)
		}
	}
	first, err := os.ReadFile(path("x.wasm.gz"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := staticsite.Pack(context.Background(), dir, nil)
	if err != nil || again.Fresh != 0 || again.Brotli != p.Brotli || again.Gzip != p.Gzip {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	if err := os.Remove(path("x.wasm.gz")); err != nil {
		t.Fatal(err)
	}
	if _, err := staticsite.Pack(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(path("x.wasm.gz")); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the same content gave other bytes (%v)", err)
	}
	// What became too small to compress loses its siblings.
	if err := os.WriteFile(path("x.wasm"), []byte("small"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := staticsite.Pack(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x.wasm.br", "x.wasm.gz"} {
		if _, err := os.Stat(path(name)); err == nil {
			t.Errorf("the outdated %s is still there", name)
		}
	}
}

func TestPackIsCancelled(t *testing.T) {
	dir := build(t, map[string]string{"x.wasm": string(program)})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := staticsite.Pack(ctx, dir, nil); err == nil {
		t.Error("no error")
	}
}
