package rows

import (
	"sync/atomic"
	"testing"
)

func TestEachRowOnce(t *testing.T) {
	for _, n := range []int{0, 1, band - 1, band, band + 1, 5*band + 3} {
		visits := make([]atomic.Int32, n)
		Each(n, func(y0, y1 int) {
			for y := y0; y < y1; y++ {
				visits[y].Add(1)
			}
		})
		for y := range visits {
			if v := visits[y].Load(); v != 1 {
				t.Errorf("row %d of %d is visited %d times", y, n, v)
			}
		}
		if sum := Sum(n, func(y int) float64 { return float64(y) }); sum != float64(n*(n-1)/2) {
			t.Errorf("the sum of the rows below %d is %v", n, sum)
		}
	}
}
