//go:build js && wasm

package webgpu

import "math"

// maxOperands is the most bindings that a kernel has, beside its parameters.
const maxOperands = 9

// operand is what a kernel reads or writes at a binding: a tensor of the pass,
// or a parameter of the network. A copy has one that outlives the pass, too. The
// zero value is none.
type operand struct {
	tensor int // number of a tensor, from 1
	block  *block
	saved  int // number in pass.saved, from 1
}

// tensor is an activation in a recording: a size without memory yet.
type tensor struct {
	bytes  int
	upload bool // filled by the host before the first dispatch
	keep   bool // needed after the last dispatch
}

// dispatch is one run of a kernel, or a copy of the first operand to the second. It
// is comparable: a pass whose dispatches equal those of an earlier one can use
// everything made for that.
type dispatch struct {
	pipeline *pipeline // nil for a copy
	groups   [3]int
	operands [maxOperands]operand // by binding, less one
	params   int                  // where its parameters start, in words
	words    int                  // how many it has
	work     int                  // rough cost, in multiplications
}

// recording is the list of a pass's dispatches.
type recording struct {
	dispatches []dispatch
	tensors    []tensor
	params     []uint32 // of all dispatches, each at a multiple of alignment
}

func (r *recording) reset() {
	r.dispatches, r.tensors, r.params = r.dispatches[:0], r.tensors[:0], r.params[:0]
}

// tensor adds a tensor to the pass.
func (r *recording) tensor(bytes int) operand {
	r.tensors = append(r.tensors, tensor{bytes: bytes})
	return operand{tensor: len(r.tensors)}
}

// of is the tensor behind an operand.
func (r *recording) of(o operand) *tensor { return &r.tensors[o.tensor-1] }

// whole is all of a tensor as a result.
func (r *recording) whole(o operand) result { return result{o, (r.of(o).bytes + 3) &^ 3} }

// run adds a dispatch.
func (r *recording) run(p *pipeline, groups [3]int, work int, params []uint32, operands ...operand) {
	const unit = alignment / 4
	d := dispatch{pipeline: p, groups: groups, work: work, params: len(r.params), words: len(params)}
	copy(d.operands[:], operands)
	r.dispatches = append(r.dispatches, d)
	r.params = append(r.params, params...)
	for len(r.params)%unit != 0 {
		r.params = append(r.params, 0)
	}
}

// copy adds a copy between a tensor and what outlives the pass.
func (r *recording) copy(from, to operand) {
	r.dispatches = append(r.dispatches, dispatch{operands: [maxOperands]operand{from, to}})
}

// u and fbits make words of a kernel's parameters.
func u(v int) uint32         { return uint32(v) }
func fbits(v float32) uint32 { return math.Float32bits(v) }

// items is the grid of n lanes in workgroups of 256 (item.wgsl).
func items(n int) [3]int { return spread((n + 255) / 256) }

// spread is a grid of at least n workgroups, over two axes where one would have
// more than it may.
func spread(n int) [3]int {
	const most = 65535
	rows := max(1, (n+most-1)/most)
	return [3]int{(n + rows - 1) / rows, rows, 1}
}
