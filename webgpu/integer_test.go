//go:build js && wasm

package webgpu

import (
	"fmt"
	"testing"

	"tcmoa/core"
)

// Sums of int8 products are exact on every adapter and in every variant: with
// scales of 1 the result is the integer itself, up to 2²⁴, and it is compared
// with one computed here. Rows, outputs and depths are odd, and reach the largest
// values there are.
func TestIntegerProducts(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		if gpu.opt.Precision != Int8 {
			t.Skip("floats have no such sums")
		}
		for _, c := range []struct{ rows, outputs, depth int }{{1, 1, 16}, {65, 3, 48}, {2, 130, 192}, {100, 67, 1024}} {
			tw := newTwin(t, gpu, small(1), 1, 1)
			draw := func(rows int) []int8 {
				v := make([]int8, rows*c.depth)
				for i := range v {
					v[i] = int8(tw.random.IntN(255) - 127)
					if i < c.depth { // the first row is all extremes
						v[i] = [2]int8{127, -127}[i%2]
					}
				}
				return v
			}
			a, w := draw(c.rows), draw(c.outputs)
			ones := func(n int) []float32 {
				v := make([]float32, n)
				for i := range v {
					v[i] = 1
				}
				return v
			}
			weight, err := gpu.Load(
				core.Param{Name: "matrix", Shape: []int{c.outputs, c.depth}, Int8: true},
				core.Tensor{Shape: []int{c.outputs, c.depth}, I8: w, Scale: ones(c.outputs)})
			if err != nil {
				t.Fatal(err)
			}
			out := &activation{tw.g.floats(c.rows * c.outputs)}
			tw.g.multiply(product{
				Linear: core.Linear{Weight: weight, In: c.depth, Out: c.outputs}, int8: true, to: out.operand,
				left: left{
					matrix: tw.g.upload(bytesOf(a), len(a)), count: c.rows,
					scale: tw.g.upload(bytesOf(ones(c.rows)), 4*c.rows),
				},
			})
			want := make([]float32, c.rows*c.outputs)
			for i := range want {
				sum := 0
				for k := range c.depth {
					sum += int(a[i/c.outputs*c.depth+k]) * int(w[i%c.outputs*c.depth+k])
				}
				want[i] = float32(sum)
			}
			tw.close(fmt.Sprintf("%+v", c), tw.results(out)[0], want, 0)
		}
	})
}
