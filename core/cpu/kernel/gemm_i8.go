package kernel

import "tcmoa/core"

// MaxK is the longest row of an int8 product: MaxK products of seven bits by eight
// stay far inside an int32.
const MaxK = 16384

// panelCols is how many outputs a panel of weights holds: two vectors of four
// int32 sums in WebAssembly, one of eight under AVX2.
const panelCols = 8

// quad is how many neighbouring inputs of an output lie together: a vector of bytes
// multiplies and adds them in two steps, first to pairs and then to one sum.
const quad = 4

// orderUnit is what a quad's number counts in PanelsI8.order: where it begins in a tile
// of four interleaved rows.
const orderUnit = quad * tileRows

// raise makes an activation positive without making it longer than seven bits.
const raise = core.ActivationLimit + 1

// PanelsI8 is an int8 weight matrix (N outputs × K inputs) in the order in which
// [GemmI8] reads it: [⌈N/8⌉][quads][8][4], zero where it exceeds the matrix.
//
// The vector instructions multiply unsigned by signed bytes and add pairs of
// products to an int16, so activations that have a sign are raised by 64 before, and the
// sums lowered by 64·Σw at last. An int16 has room for a pair from any two quads of most weights,
// but not of all: each panel has its quads in an order in which the sums of
// every two fit (pairQuads), which saves half of the additions that would come after.
//
// The zero value is ready for PackRows and PackColumns, which reuse its memory.
type PanelsI8 struct {
	N, K  int
	quads int      // of a panel, an even number
	raise int8     // what activations are raised by: 64, or 0 where none is negative
	data  []int8   // the weights
	order []uint16 // [⌈N/8⌉][quads]: which of a row's quads of inputs each is, times 16
	lower []int32  // [⌈N/8⌉][8]: -raise·Σw
}

// PackI8 packs weights w (n×k, one row for every output).
func PackI8(w []int8, n, k int) *PanelsI8 {
	wantMin("n", n, 1)
	wantMin("k", k, 1)
	if k > MaxK {
		panic("kernel: k exceeds MaxK")
	}
	wantLen("w", len(w), n*k)
	p := &PanelsI8{N: n, K: k, raise: raise}
	orders := make([][]uint16, p.panels())
	for i := range orders {
		orders[i] = pairQuads(w[i*panelCols*k:min((i+1)*panelCols, n)*k], k)
		p.quads = max(p.quads, len(orders[i]))
	}
	p.data = make([]int8, p.panels()*p.panelLen())
	p.order = make([]uint16, p.panels()*p.quads)
	p.lower = make([]int32, p.panels()*panelCols)
	for i, order := range orders {
		for at, q := range order {
			p.order[i*p.quads+at] = orderUnit * q
		}
		for c := range min(panelCols, n-i*panelCols) {
			row, sum := w[(i*panelCols+c)*k:][:k], int32(0)
			for _, v := range row {
				sum += int32(v)
			}
			p.lower[i*panelCols+c] = -raise * sum
			p.fill(i, c, row, order)
		}
	}
	return p
}

// fill writes an output's weights into column c of panel i.
func (p *PanelsI8) fill(i, c int, row []int8, order []uint16) {
	panel := p.panel(i)[quad*c:]
	for at, q := range order {
		if at&1 == 1 && q == order[at-1] {
			continue // it stands alone, beside a quad of zeros
		}
		to, from := panel[quad*panelCols*at:], row[quad*int(q):]
		if len(from) >= quad { // a copy of so little would take longer
			to[0], to[1], to[2], to[3] = from[0], from[1], from[2], from[3]
		} else {
			copy(to, from)
		}
	}
}

func (p *PanelsI8) panels() int   { return (p.N + panelCols - 1) / panelCols }
func (p *PanelsI8) panelLen() int { return p.quads * panelCols * quad }

func (p *PanelsI8) panel(i int) []int8 { return p.data[i*p.panelLen() : (i+1)*p.panelLen()] }

// quadsOf is which quads of inputs panel i holds, one after the other, times orderUnit.
func (p *PanelsI8) quadsOf(i int) []uint16 { return p.order[i*p.quads : (i+1)*p.quads] }

// GemmI8 multiplies quantised tokens by quantised weights:
//
//	dst[i·ldd+j] = float32(Σ_k a[i,k]·w[j,k]) · (aScale[i]·wScale[j]) + bias[j]
//
// a is m×k and contiguous; aScale has m elements, wScale and bias n; bias may be nil.
// The values of a have a magnitude of up to [core.ActivationLimit], as [QuantiseRows]
// makes them, or, where w comes from PackColumns, are from 0 to 127. The sum is exact
// in int32.
func GemmI8(dst []float32, ldd int, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	wantMin("m", m, 0)
	wantRows("dst", len(dst), m, w.N, ldd)
	wantLen("a", len(a), m*w.K)
	wantLen("aScale", len(aScale), m)
	wantLen("wScale", len(wScale), w.N)
	if bias != nil {
		wantLen("bias", len(bias), w.N)
	}
	if m > 0 {
		gemmI8(dst, ldd, a, aScale, m, w, wScale, bias)
	}
}

// tileRows is how many rows of a one pass over the weights serves in the vector
// kernels.
const tileRows = 4
