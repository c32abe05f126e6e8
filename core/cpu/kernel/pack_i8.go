package kernel

import "math"

// Attention multiplies what it has just computed, so its right matrices are packed
// once a head. All values have seven bits: four of them times activations of seven
// bits, 4·127·63, fit an int16 in any order, and no quads need be chosen.

// PackRows replaces what p holds by w (n×k, one row for every output), whose values
// are of a magnitude of up to [core.ActivationLimit].
func (p *PanelsI8) PackRows(w []int8, n, k int) {
	p.resize(n, k)
	p.raise = raise
	wantLen("w", len(w), n*k)
	packRowsI8(p, w)
}

// PackColumns quantises the columns of w (k×n, one row for every input, rows ldw
// apart) like [QuantiseRows] does rows, and replaces what p holds by them. scale has n
// elements. The matrix is for activations from 0 to 127.
func (p *PanelsI8) PackColumns(scale, w []float32, k, n, ldw int) {
	p.resize(n, k)
	p.raise = 0
	wantLen("scale", len(scale), n)
	wantRows("w", len(w), k, n, ldw)
	clear(p.lower)
	packColumnsI8(p, scale, w, ldw)
}

// resize makes room for n×k values whose quads stand in their own order. A last one
// may follow that is all zeros.
func (p *PanelsI8) resize(n, k int) {
	wantMin("n", n, 1)
	wantMin("k", k, 1)
	if k > MaxK {
		panic("kernel: k exceeds MaxK")
	}
	if p.N == n && p.K == k {
		return
	}
	whole := (k + quad - 1) / quad
	p.N, p.K, p.quads = n, k, (whole+1)&^1
	p.data = make([]int8, p.panels()*p.panelLen())
	p.lower = make([]int32, p.panels()*panelCols)
	p.order = make([]uint16, p.panels()*p.quads)
	for i := range p.order {
		p.order[i] = orderUnit * uint16(min(i%p.quads, whole-1))
	}
}

func packRowsI8Scalar(p *PanelsI8, w []int8) {
	for j := range p.N {
		row, sum := w[j*p.K:][:p.K], int32(0)
		to := p.panel(j / panelCols)[j%panelCols*quad:]
		for i, v := range row {
			to[i/quad*quad*panelCols+i%quad] = v
			sum += int32(v)
		}
		p.lower[j] = -raise * sum
	}
}

func packColumnsI8Scalar(p *PanelsI8, scale, w []float32, ldw int) {
	for j := range p.N {
		var top uint32
		for i := range p.K {
			top = max(top, math.Float32bits(w[i*ldw+j])&^(1<<31))
		}
		var inv float32
		scale[j], inv = scaleOf(math.Float32frombits(top))
		to := p.panel(j / panelCols)[j%panelCols*quad:]
		for i := range p.K {
			to[i/quad*quad*panelCols+i%quad] = quantise(float32(w[i*ldw+j] * inv))
		}
	}
}
