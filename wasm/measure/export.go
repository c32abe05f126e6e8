//go:build js && wasm

package main

import (
	"syscall/js"
	"unicode"
	"unicode/utf8"

	"tcmoa/core"
	"tcmoa/metrics"
)

// export puts what doc.go lists into the global object.
func (m *measurer) export(global js.Value) {
	global.Set("measure", map[string]any{
		"sources": function(func(args []js.Value) (any, error) {
			return nil, m.setSources(args[0], args[1])
		}),
		"fuse": function(func(args []js.Value) (any, error) {
			fused, err := m.fuse(args[0].String())
			if err != nil {
				return nil, err
			}
			return imageData(fused), nil
		}),
		"histogram": function(func(args []js.Value) (any, error) {
			counts := js.Global().Get("Float64Array").New(256)
			for level, n := range metrics.Histogram(metrics.Luminance(pictureOf(args[0]))) {
				counts.SetIndex(level, n)
			}
			return counts, nil
		}),
		"figures": function(func(args []js.Value) (any, error) {
			return nil, m.figures(pictureOf(args[0]), func(metric metrics.Metric, value float64, known bool) {
				if known {
					args[1].Invoke(metric.Name, value)
				} else {
					args[1].Invoke(metric.Name, nil)
				}
			})
		}),
	})
}

// function is one for JavaScript, which returns its errors.
func function(do func(args []js.Value) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		value, err := do(args)
		if err != nil {
			return map[string]any{"error": sentence(err)}
		}
		return value
	})
}

// sentence is an error with a capital letter and a full stop.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// pictureOf copies an ImageData.
func pictureOf(image js.Value) *core.RGBA {
	p := core.NewRGBA(image.Get("width").Int(), image.Get("height").Int())
	js.CopyBytesToGo(p.Pix, image.Get("data"))
	return p
}

// imageData is a copy of a picture for JavaScript.
func imageData(p *core.RGBA) js.Value {
	bytes := js.Global().Get("Uint8ClampedArray").New(len(p.Pix))
	js.CopyBytesToJS(bytes, p.Pix)
	return js.Global().Get("ImageData").New(bytes, p.Width)
}
