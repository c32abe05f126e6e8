package main

import "runtime"

// peakMiB is the most memory that the program has had: WebAssembly's grows
// only.
func peakMiB() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
}
