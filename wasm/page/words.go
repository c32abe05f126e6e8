//go:build js && wasm

package main

import (
	"math"
	"strconv"
	"strings"
)

// Numbers and names as sentences hold them.

// clause is a text without the full stop that the sentence around it brings.
func clause(words string) string { return strings.TrimSuffix(strings.TrimSpace(words), ".") }

func count(n int) string { return strconv.Itoa(n) }

func dimensions(width, height int) string { return count(width) + " × " + count(height) }

func percent(fraction float64) string { return count(int(fraction*100)) + " %" }

// megabytes are those of 10⁶ bytes, as downloads are measured.
func megabytes(bytes int) string {
	return number(float64(bytes)/1e6, 1) + " MB"
}

// duration has two or three digits: 84 ms, 1.2 s, 14 s, 3 min.
func duration(milliseconds float64) string {
	whole := func(v float64) string { return count(int(math.Round(v))) }
	seconds := milliseconds / 1000
	switch {
	case milliseconds < 999.5:
		return whole(milliseconds) + " ms"
	case seconds < 9.95:
		return number(seconds, 1) + " s"
	case seconds < 119.5:
		return whole(seconds) + " s"
	default:
		return whole(seconds/60) + " min"
	}
}
