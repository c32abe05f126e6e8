package staticsite

import (
	"net/http"
	"path"
	"regexp"
	"strings"
)

// guards are the headers of every response. The page needs scripts,
// WebAssembly, workers and pictures of its own origin and nothing else;
// cross-origin isolation gives it exact timers and shared memory.
var guards = map[string]string{
	"Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
		"img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; object-src 'none'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
}

func guard(h http.Header) {
	for k, v := range guards {
		h.Set(k, v)
	}
}

// ending matches the end of file names that may have a hash of their content:
// app.3f9ac1d2.js.
var ending = regexp.MustCompile(`[.-]([0-9a-f]{8,64})\.[a-z0-9.]+$`)

// hashed tells whether a file name has one. Digits alone are a date or a number,
// letters alone a word.
func hashed(name string) bool {
	found := ending.FindStringSubmatch(name)
	return found != nil && strings.ContainsAny(found[1], "abcdef") && strings.ContainsAny(found[1], "0123456789")
}

// caching is how long a browser may keep a file. What has its content's hash in
// its name never changes; everything else is asked for again, and not sent
// again while its ETag stands.
func caching(name string) string {
	if hashed(path.Base(name)) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}
