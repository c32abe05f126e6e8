package staticsite

import (
	"path"
	"strings"
)

// mediaType is what a site says of files of one extension.
type mediaType struct {
	name       string
	compressed bool // whether a precompressed sibling is worth having
}

// mediaTypes are the types of a site's files. The list is the site's own: the
// system's differs from machine to machine, and browsers refuse to stream a
// .wasm or to run a .mjs of a wrong type.
var mediaTypes = map[string]mediaType{
	".html":        {"text/html; charset=utf-8", true},
	".css":         {"text/css; charset=utf-8", true},
	".js":          {"text/javascript; charset=utf-8", true},
	".mjs":         {"text/javascript; charset=utf-8", true},
	".ts":          {"text/plain; charset=utf-8", true},
	".wgsl":        {"text/plain; charset=utf-8", true},
	".txt":         {"text/plain; charset=utf-8", true},
	".md":          {"text/markdown; charset=utf-8", true},
	".xml":         {"application/xml", true},
	".json":        {"application/json", true},
	".map":         {"application/json", true},
	".webmanifest": {"application/manifest+json", true},
	".wasm":        {"application/wasm", true},
	".svg":         {"image/svg+xml", true},
	".ico":         {"image/x-icon", true},
	".png":         {"image/png", false},
	".jpg":         {"image/jpeg", false},
	".jpeg":        {"image/jpeg", false},
	".webp":        {"image/webp", false},
	".avif":        {"image/avif", false},
	".gif":         {"image/gif", false},
	".woff2":       {"font/woff2", false},
	".zst":         {"application/zstd", false},
	".pdf":         {"application/pdf", false},
}

func typeOf(name string) mediaType {
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return mediaType{"application/octet-stream", false}
}
