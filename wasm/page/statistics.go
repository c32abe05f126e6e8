//go:build js && wasm

package main

import "tcmoa/internal/heatmap"

// inWords tells the statistics of a map with so many digits.
func inWords(s heatmap.Statistics, digits int) string {
	return say("Least {least}, mean {mean}, most {most}, spread {spread}.",
		number(s.Min, digits), number(s.Mean, digits), number(s.Max, digits), number(s.Std, digits))
}
