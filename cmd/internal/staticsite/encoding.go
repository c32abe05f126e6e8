package staticsite

import (
	"cmp"
	"compress/gzip"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// encoding is a way to compress a file beforehand.
type encoding struct {
	name   string // in HTTP headers
	suffix string // of the sibling's name
	writer func(io.Writer) (io.WriteCloser, error)
	reader func(io.Reader) (io.Reader, error)
}

// encodings are those that siblings may have, the best first.
var encodings = []encoding{
	{
		name: "br", suffix: ".br",
		writer: func(w io.Writer) (io.WriteCloser, error) {
			return brotli.NewWriterLevel(w, brotli.BestCompression), nil
		},
		reader: func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	},
	{
		name: "gzip", suffix: ".gz",
		writer: func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) },
		reader: func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	},
}

// acceptable lists the encodings that an Accept-Encoding header allows, by its
// preference and then by ours.
func acceptable(header string) []encoding {
	weight := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil {
				q = 0
			}
		}
		weight[strings.ToLower(strings.TrimSpace(name))] = q
	}
	of := func(e encoding) float64 {
		if q, ok := weight[e.name]; ok {
			return q
		}
		return weight["*"]
	}
	out := slices.DeleteFunc(slices.Clone(encodings), func(e encoding) bool { return !(of(e) > 0) })
	slices.SortStableFunc(out, func(a, b encoding) int { return cmp.Compare(of(b), of(a)) })
	return out
}
