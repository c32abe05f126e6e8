// Package rows shares the rows of a picture among processors.
package rows

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// band is the number of rows handed out at once: enough that a window's rows
// above and below it weigh little, few enough that small pictures are shared.
const band = 64

// Each calls do for bands y0 ≤ y < y1 that together cover rows 0 ≤ y < n,
// several at a time. The bands depend on n alone, so that a result that
// depends on them is still the same on every machine.
func Each(n int, do func(y0, y1 int)) { Bands(n, band, do) }

// Bands is Each with bands of the given number of rows, for work that must see
// many rows before its first.
func Bands(n, rows int, do func(y0, y1 int)) {
	bands := (n + rows - 1) / rows
	workers := min(bands, runtime.GOMAXPROCS(0))
	var next atomic.Int64
	work := func() {
		for {
			y0 := int(next.Add(1)-1) * rows
			if y0 >= n {
				return
			}
			do(y0, min(y0+rows, n))
		}
	}
	var others sync.WaitGroup
	for range workers - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}

// Sum adds up what row returns for every y, in their order.
func Sum(n int, row func(y int) float64) float64 {
	sums := make([]float64, n)
	Each(n, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			sums[y] = row(y)
		}
	})
	var sum float64
	for _, s := range sums {
		sum += s
	}
	return sum
}
