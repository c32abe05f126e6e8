package cpu

import (
	"math"

	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// Attention implements core.Pass. Every token belongs to one window, so a
// window is updated in place as soon as it is done.
func (p *pass) Attention(z core.Activation, w *core.Attention, shift int) {
	x := z.([]float32)
	qkv, proj := of(w.QKV.Weight).matrix(), of(w.Proj.Weight).matrix()
	a := windowAttention{
		Attention: w, x: x, qkv: qkv, proj: proj,
		table: of(w.Table).biases(w.Window), shift: shift,
		tokens: w.Window * w.Window, width: w.Norm.Width,
	}
	across, down := p.w/w.Window, p.h/w.Window
	p.eachStream(down*across, func(s *scratch, stream, i int) {
		rows := s.indices(a.tokens)
		p.window(rows, stream, i/across, i%across, w.Window, shift)
		a.update(rows, s)
	})
}

// window lists the rows of z that form a window of the grid rolled by -shift.
func (p *pass) window(rows []int32, stream, wy, wx, win, shift int) {
	for t := range rows {
		r := (wy*win + t/win + shift) % p.h
		c := (wx*win + t%win + shift) % p.w
		rows[t] = int32(stream*p.n + r*p.w + c)
	}
}

type windowAttention struct {
	*core.Attention
	x             []float32
	qkv, proj     *weight
	table         []float32
	shift         int
	tokens, width int
}

// update adds a window's attention to its tokens.
func (a *windowAttention) update(rows []int32, s *scratch) {
	t, c, d := a.tokens, a.width, a.width/a.Heads
	y := s.buf(0, t*c)
	kernel.GatherRows(y, a.x, rows, c)
	kernel.LayerNormRows(y, y, vector(a.Norm.Gain), vector(a.Norm.Bias), a.Norm.Eps, t, c)
	qkv := s.buf(1, t*3*c)
	a.qkv.multiply(qkv, y, t, vector(a.QKV.Bias), s)

	attend := a.attend
	if a.qkv.i8 != nil {
		attend = a.attendBytes
	}
	for h := range a.Heads {
		attend(y[h*d:], qkv[h*d:], a.table[h*t*t:][:t*t], s)
	}
	out := s.buf(3, t*c)
	a.proj.multiply(out, y, t, vector(a.Proj.Bias), s)
	kernel.AddRows(a.x, out, rows, c)
}

// attend sets y to a head's attention, softmax(q·kᵀ/√d + bias)·v. y has rows C apart;
// qkv, with rows 3·C apart, begins with the head's queries.
func (a *windowAttention) attend(y, qkv, bias []float32, s *scratch) {
	t, c, d := a.tokens, a.width, a.width/a.Heads
	q, k, v := qkv, qkv[c:], qkv[2*c:]
	scores := s.buf(2, t*t)
	s.keys.Pack(k, t, d, 3*c)
	kernel.GemmF32(scores, t, q, 3*c, t, &s.keys, nil)
	kernel.SoftmaxRows(scores, t, bias, t, a.scale(), t, t)
	s.values.PackT(v, t, d, 3*c)
	kernel.GemmF32(y, c, scores, t, t, &s.values, nil)
}

// attendBytes is attend with int8 products (core.ActivationLimit): queries and keys have a
// scale a token, values one a channel, and the softmax gives integer shares, whose
// scale makes probabilities of them.
func (a *windowAttention) attendBytes(y, qkv, bias []float32, s *scratch) {
	t, c, d := a.tokens, a.width, a.width/a.Heads
	q, k, v := qkv, qkv[c:], qkv[2*c:]
	scores, b := s.buf(2, t*t), s.heads.resize(t, d)
	kernel.QuantiseRows(b.row, b.keyScale, k, 3*c, t, d)
	s.keysI8.PackRows(b.row, t, d)
	kernel.QuantiseRows(b.row, b.queryScale, q, 3*c, t, d)
	kernel.GemmI8(scores, t, b.row, b.queryScale, t, &s.keysI8, b.keyScale, nil)
	kernel.SoftmaxBytes(b.shares, b.shareScale, scores, t, bias, t, a.scale(), t, t)
	if !finite(b.queryScale) || !finite(b.keyScale) { // which a byte would hide
		fill(b.shareScale, float32(math.NaN()))
	}
	s.valuesI8.PackColumns(b.valueScale, v, t, d, 3*c)
	kernel.GemmI8(y, c, b.shares, b.shareScale, t, &s.valuesI8, b.valueScale, nil)
}

// scale is what the scores are multiplied by.
func (a *windowAttention) scale() float32 {
	return float32(1 / math.Sqrt(float64(a.width/a.Heads)))
}

// quantisedHead is a head in bytes, and what these are multiplied by.
type quantisedHead struct {
	row                              []int8 // the queries or the keys
	shares                           []int8 // probabilities
	queryScale, keyScale, shareScale []float32
	valueScale                       []float32
}

// resize makes room for t tokens of d channels.
func (b *quantisedHead) resize(t, d int) *quantisedHead {
	if len(b.row) != t*d || len(b.queryScale) != t {
		*b = quantisedHead{
			row: make([]int8, t*d), shares: make([]int8, t*t),
			queryScale: make([]float32, t), keyScale: make([]float32, t), shareScale: make([]float32, t),
			valueScale: make([]float32, d),
		}
	}
	return b
}

// finite tells whether all of v are finite numbers.
func finite(v []float32) bool {
	sum := float32(0)
	for _, x := range v {
		sum += float32(x * 0)
	}
	return sum == 0
}

func fill(v []float32, x float32) {
	for i := range v {
		v[i] = x
	}
}
