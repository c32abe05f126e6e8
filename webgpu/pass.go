//go:build js && wasm

package webgpu

import (
	"context"
	"time"

	"tcmoa/core"
)

// pass implements core.Pass: it records, and runs what it recorded in Finish.
type pass struct {
	*Backend
	ctx     context.Context
	in      core.Input
	cfg     core.Config
	h, w, n int // the token grid
	rec     *recording
	uploads []upload
	saved   []*saved // what copies of the pass are from or to
	planes  operand  // both sources, normalised: 2×3×h×w
	regions map[*float32]operand
	serial  uint32 // of the pass, exact as a float32
	began   time.Time
	sketch  bool // only the kernels matter
	err     error
}

// activation is what the graph holds: a tensor, or several one after the other
// where an operation puts its result elsewhere.
type activation struct{ operand }

func (p *pass) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// get is a kernel's pipeline.
func (p *pass) get(name string, f flag, constants ...uint32) *pipeline {
	return p.pipelines.get(p.dev.offer.kernel(name, f, constants...))
}

// floats adds a tensor of n float32.
func (p *pass) floats(n int) operand { return p.rec.tensor(4 * n) }

// narrow adds a tensor of n activations between kernels.
func (p *pass) narrow(n int) operand {
	if p.dev.offer.F16 {
		return p.rec.tensor(2 * n)
	}
	return p.rec.tensor(4 * n)
}

// kept adds a tensor of n float32 that can be read back.
func (p *pass) kept(n int) *activation {
	o := p.floats(n)
	p.rec.of(o).keep = true
	return &activation{o}
}

// runBytes bounds the widest intermediate of a run of rows.
const runBytes = 32 << 20

// runs calls fn for consecutive runs of the rows of both streams, a multiple of
// unit each, whose intermediates of width float32 a row are within bounds.
func (p *pass) runs(unit, width int, fn func(first, rows int)) {
	all := 2 * p.n
	most := max(1, runBytes/4/width/unit) * unit
	for first := 0; first < all; first += most {
		fn(first, min(most, all-first))
	}
}

// rows describes the rows that go into a matrix product.
type rows struct {
	from         operand
	first, count int
	width        int
	flags        flag       // flagWindows, flagPair, flagHalf
	norm         *core.Norm // to be applied first, or nil
	shift        int
}

// left is the left matrix of a product, ready to be multiplied.
type left struct {
	matrix, scale operand
	count         int
}

// prepare gathers, normalises and quantises rows, as far as that is due.
func (p *pass) prepare(r rows, quantise bool) left {
	f := r.flags
	if !quantise {
		f &^= flagHalf // in float mode nothing is f16
	}
	l := left{count: r.count}
	operands := [5]operand{r.from}
	eps := float32(0)
	if r.norm != nil {
		f |= flagNorm
		operands[1], operands[2], eps = of(r.norm.Gain), of(r.norm.Bias), r.norm.Eps
	}
	switch {
	case quantise:
		f |= flagQuantise
		l.matrix, l.scale = p.rec.tensor(r.count*r.width), p.floats(r.count)
		operands[3], operands[4] = l.matrix, l.scale
	case f == 0 && r.first == 0:
		l.matrix = r.from
		return l
	default:
		l.matrix = p.floats(r.count * r.width)
		operands[3] = l.matrix
	}
	params := p.rowParams(r.first, r.count, eps, r.shift)
	p.rec.run(p.get("rows", f, u(r.width/4)), spread(r.count), r.count*r.width, params[:], operands[:]...)
	return l
}

// rowParams are the parameters of rows.wgsl.
func (p *pass) rowParams(first, count int, eps float32, shift int) [9]uint32 {
	return [...]uint32{u(first), u(count), fbits(eps), u(p.n), u(p.h), u(p.w), u(p.cfg.Window), u(shift), 0}
}

// product is y = left·wᵀ with what happens around it (gemm.wgsl).
type product struct {
	core.Linear // a convolution has no bias, and no flagBias
	left        left
	int8        bool
	flags       flag
	to          operand
	first       int // global number of the first row

	shift     int         // flagWindows
	patch     int         // flagPatches, flagPixels
	positions *core.Table // flagPositions
	prompts   operand     // flagWeighted
	shifts    operand     // flagShifted
	alpha     float32     // flagAlpha
	tasks     int         // flagShifted
	router    []float32   // flagShifted
}

func (p *pass) multiply(m product) {
	unit := 4
	operands := [maxOperands]operand{0: m.left.matrix, 2: of(m.Weight), 5: m.to, 7: m.prompts, 8: m.shifts}
	if m.int8 {
		unit = 16
		m.flags |= flagInt8
		operands[1], operands[3] = m.left.scale, scaleOf(m.Weight)
	}
	if m.flags&flagBias != 0 {
		operands[4] = of(m.Bias)
	}
	var table core.Table
	if m.positions != nil {
		m.flags |= flagPositions
		table = *m.positions
		operands[6] = p.table(m.positions)
	}
	units := (m.In + unit - 1) / unit
	words := [80]uint32{
		u(m.left.count), u(m.Out), u(units), u(m.first), u(p.n), u(p.h), u(p.w), u(p.cfg.Window), u(m.shift),
		u(m.patch), u(p.cfg.Upsample), fbits(m.alpha), u(table.Rows), u(table.Cols),
	}
	n := 14
	if m.flags&flagShifted != 0 {
		words[14] = u(m.tasks)
		for i, v := range m.router {
			words[16+i] = fbits(v)
		}
		n = len(words)
	}
	groups := [3]int{(m.Out + 63) / 64, (m.left.count + 63) / 64, 1}
	p.rec.run(p.get("gemm", m.flags), groups, m.left.count*m.Out*m.In, words[:n], operands[:]...)
}

// table is a position table as an operand, uploaded once for all passes of a
// shape.
func (p *pass) table(t *core.Table) operand {
	b, ok := p.tables[t]
	if !ok && !p.sketch {
		var err error
		if b, err = p.dev.ownBlock("positions", bytesOf(t.Values)); err != nil {
			p.fail(err)
			return operand{}
		}
		p.tables[t] = b
	}
	return operand{block: b}
}

// int8 says whether the network's matrices are int8.
func (b *Backend) int8() bool { return b.opt.Precision == Int8 }
