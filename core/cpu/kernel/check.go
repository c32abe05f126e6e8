package kernel

import "strconv"

// The messages are put together by hand because fmt would add a fifth to the
// size of a WebAssembly program.

// wantLen panics unless a slice of length have holds want elements.
func wantLen(what string, have, want int) {
	if have < want {
		panic("kernel: " + what + " has " + strconv.Itoa(have) + " elements, want " + strconv.Itoa(want))
	}
}

// wantMin panics unless v is at least lo.
func wantMin(what string, v, lo int) {
	if v < lo {
		panic("kernel: " + what + " is " + strconv.Itoa(v) + ", want at least " + strconv.Itoa(lo))
	}
}

// wantRows panics unless a slice of length have holds rows rows of cols
// elements that start ld elements apart.
func wantRows(what string, have, rows, cols, ld int) {
	wantMin("the row distance of "+what, ld, cols)
	if rows > 0 {
		wantLen(what, have, (rows-1)*ld+cols)
	}
}
