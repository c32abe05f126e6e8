//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/wasm/internal/typedarray"
)

// prompts are what the mixtures of adapters decided, the encoder's first, on a
// grid of tokens that are cell pixels a side.
type prompts struct {
	rows, cols, cell int
	routes           []route
}

// route is what one mixture of adapters decided, token by token, row-major.
type route struct {
	prompts [2][]float32 // of the sources
	gates   []float32    // one value an expert for each token; 0 where it was not chosen
}

// newPrompts reads the prompts of a fusion's result, nil where there are none.
func newPrompts(v js.Value) *prompts {
	if v.IsNull() {
		return nil
	}
	p := &prompts{rows: v.Get("rows").Int(), cols: v.Get("cols").Int(), cell: v.Get("cell").Int()}
	routes := v.Get("routes")
	for i := range routes.Length() {
		r := routes.Index(i)
		p.routes = append(p.routes, route{
			prompts: [2][]float32{typedarray.Floats(r.Get("first")), typedarray.Floats(r.Get("second"))},
			gates:   typedarray.Floats(r.Get("gates")),
		})
	}
	return p
}

// tokens is how many there are.
func (p *prompts) tokens() int { return p.rows * p.cols }
