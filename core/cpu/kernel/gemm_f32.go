package kernel

// PanelsF32 is a float32 matrix (N outputs × K inputs) in the order in which
// [GemmF32] reads it: [⌈N/8⌉][K][8], zero where it exceeds the matrix. The zero
// value is ready to be packed; packing again reuses the memory.
type PanelsF32 struct {
	N, K int
	data []float32
}

// PackF32 packs w (n×k, one row for every output, rows ldw apart).
func PackF32(w []float32, n, k, ldw int) *PanelsF32 {
	p := new(PanelsF32)
	p.Pack(w, n, k, ldw)
	return p
}

// PackF32T packs the transposed layout: w (k×n, one row for every input, rows
// ldw apart).
func PackF32T(w []float32, k, n, ldw int) *PanelsF32 {
	p := new(PanelsF32)
	p.PackT(w, k, n, ldw)
	return p
}

// Pack replaces what p holds by w (n×k, one row for every output, rows ldw
// apart).
func (p *PanelsF32) Pack(w []float32, n, k, ldw int) {
	p.resize(n, k)
	wantRows("w", len(w), n, k, ldw)
	packF32(p, w, ldw)
}

// PackT replaces what p holds by the transposed layout: w (k×n, one row for
// every input, rows ldw apart).
func (p *PanelsF32) PackT(w []float32, k, n, ldw int) {
	p.resize(n, k)
	wantRows("w", len(w), k, n, ldw)
	packF32T(p, w, ldw)
}

func (p *PanelsF32) resize(n, k int) {
	wantMin("n", n, 1)
	wantMin("k", k, 1)
	p.N, p.K = n, k
	size := p.panels() * p.panelLen()
	if cap(p.data) < size {
		p.data = make([]float32, size)
	}
	p.data = p.data[:size]
}

func (p *PanelsF32) panels() int   { return (p.N + panelCols - 1) / panelCols }
func (p *PanelsF32) panelLen() int { return p.K * panelCols }

func (p *PanelsF32) panel(i int) []float32 { return p.data[i*p.panelLen() : (i+1)*p.panelLen()] }

// GemmF32 is the float32 product
//
//	dst[i·ldd+j] = Σ_k a[i·lda+k]·w[j,k] + bias[j]
//
// for m rows; bias may be nil. Every output is summed up in the order of k by a
// single accumulator. dst overlaps neither a nor bias.
func GemmF32(dst []float32, ldd int, a []float32, lda, m int, w *PanelsF32, bias []float32) {
	wantMin("m", m, 0)
	wantRows("dst", len(dst), m, w.N, ldd)
	wantRows("a", len(a), m, w.K, lda)
	if bias != nil {
		wantLen("bias", len(bias), w.N)
	}
	if m > 0 {
		gemmF32(dst, ldd, a, lda, m, w, bias)
	}
}
