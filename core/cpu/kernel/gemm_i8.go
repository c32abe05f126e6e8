package kernel

// MaxK is the longest row of an int8 product: MaxK products of two values of
// magnitude up to 127 stay far inside an int32.
const MaxK = 16384

// panelCols is how many outputs a panel of weights holds: two vectors of four
// int32 sums in WebAssembly, one of eight under AVX2.
const panelCols = 8

// PanelsI8 is an int8 weight matrix (N outputs × K inputs) in the order in which
// [GemmI8] reads it: [⌈N/8⌉][⌈K/2⌉][8][2], zero where it exceeds the matrix. Two
// neighbouring inputs of eight outputs lie together because the vector
// instructions multiply int16 pairs and add the two products.
type PanelsI8 struct {
	N, K int
	data []int8
}

// PackI8 packs weights w (n×k, one row for every output).
func PackI8(w []int8, n, k int) *PanelsI8 {
	wantMin("n", n, 1)
	wantMin("k", k, 1)
	if k > MaxK {
		panic("kernel: k exceeds MaxK")
	}
	wantLen("w", len(w), n*k)
	p := &PanelsI8{N: n, K: k}
	p.data = make([]int8, p.panels()*p.panelLen())
	for j := range n {
		row := w[j*k : j*k+k]
		panel := p.panel(j / panelCols)[j%panelCols*2:]
		at := 0
		for ; len(row) >= 2; row = row[2:] {
			panel[at], panel[at+1] = row[0], row[1]
			at += 2 * panelCols
		}
		if len(row) == 1 {
			panel[at] = row[0]
		}
	}
	return p
}

func (p *PanelsI8) panels() int   { return (p.N + panelCols - 1) / panelCols }
func (p *PanelsI8) panelLen() int { return (p.K + 1) / 2 * 2 * panelCols }

func (p *PanelsI8) panel(i int) []int8 { return p.data[i*p.panelLen() : (i+1)*p.panelLen()] }

// GemmI8 multiplies quantised tokens by quantised weights:
//
//	dst[i,j] = float32(Σ_k a[i,k]·w[j,k]) · (aScale[i]·wScale[j]) + bias[j]
//
// dst is (m×n), a (m×k), both contiguous; aScale has m elements, wScale and bias
// n; bias may be nil. The sum is exact in int32.
func GemmI8(dst []float32, a []int8, aScale []float32, m int, w *PanelsI8, wScale, bias []float32) {
	wantMin("m", m, 0)
	wantLen("dst", len(dst), m*w.N)
	wantLen("a", len(a), m*w.K)
	wantLen("aScale", len(aScale), m)
	wantLen("wScale", len(wScale), w.N)
	if bias != nil {
		wantLen("bias", len(bias), w.N)
	}
	if m > 0 {
		gemmI8(dst, a, aScale, m, w, wScale, bias)
	}
}

// tileRows is how many rows of a one pass over the weights serves in the vector
// kernels.
const tileRows = 4
