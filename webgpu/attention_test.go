//go:build js && wasm

package webgpu

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"tcmoa/core"
	cpukernel "tcmoa/core/cpu/kernel"
)

// integerHead is the attention of one head of one window in integers, as the kernels
// must compute it, one value after the other: d channels, a window of w tokens a side.
type integerHead struct {
	d, w       int
	q, k, v    []int8    // by token and channel
	qs, ks, vs []float32 // scales: of tokens, tokens, channels
	y          []float32
}

// quantised are n values as integers and their scale.
func quantised(n int, of func(i int) float32, set func(i int, q int8)) float32 {
	var top uint32
	for i := range n {
		top = max(top, math.Float32bits(of(i))&^(1<<31))
	}
	largest := math.Float32frombits(top)
	if largest < 0x1p-120 {
		return 0
	}
	inverse := core.ActivationLimit / largest
	for i := range n {
		q := math.RoundToEven(float64(float32(of(i) * inverse)))
		set(i, int8(min(max(q, -core.ActivationLimit), core.ActivationLimit)))
	}
	return largest / core.ActivationLimit
}

// attend computes a head. qkv is by token; q, k and v of a token are c apart.
func (h *integerHead) attend(qkv []float32, c int, table []float32) {
	a := h.w * h.w
	h.q, h.k, h.v = make([]int8, a*h.d), make([]int8, a*h.d), make([]int8, a*h.d)
	for t := range a {
		h.qs = append(h.qs, quantised(h.d, func(i int) float32 { return qkv[t*3*c+i] }, func(i int, q int8) { h.q[t*h.d+i] = q }))
		h.ks = append(h.ks, quantised(h.d, func(i int) float32 { return qkv[t*3*c+c+i] }, func(i int, q int8) { h.k[t*h.d+i] = q }))
	}
	for i := range h.d {
		h.vs = append(h.vs, quantised(a, func(t int) float32 { return qkv[t*3*c+2*c+i] }, func(t int, q int8) { h.v[t*h.d+i] = q }))
	}
	scale := float32(1 / math.Sqrt(float64(h.d)))
	side := 2*h.w - 1
	lost := false
	for _, s := range slices.Concat(h.qs, h.ks) {
		lost = lost || s-s != 0
	}
	x := make([]float32, a)
	for i := range a {
		top := float32(math.Inf(-1))
		for j := range a {
			sum := 0
			for n := range h.d {
				sum += int(h.q[i*h.d+n]) * int(h.k[j*h.d+n])
			}
			s := float32(sum) * float32(h.qs[i]*h.ks[j])
			down, right := i/h.w-j/h.w+h.w-1, i%h.w-j%h.w+h.w-1
			x[j] = float32(s*scale) + table[down*side+right]
			top = max(top, x[j])
		}
		for j := range x {
			x[j] -= top
		}
		cpukernel.Exp(x)
		shares, all := make([]int, a), 0
		for j, e := range x {
			shares[j] = int(math.RoundToEven(float64(float32(e * core.CertainShare))))
			all += shares[j]
		}
		r := 1 / float32(all)
		if lost {
			r = float32(math.NaN())
		}
		for n := range h.d {
			sum := 0
			for j := range a {
				sum += shares[j] * int(h.v[j*h.d+n])
			}
			h.y = append(h.y, float32(sum)*float32(r*h.vs[n]))
		}
	}
}

// bytes are q, k and v as heads.wgsl has to lay them (layout.wgsl).
func (h *integerHead) bytes() []int8 {
	l, a := layoutOf(h.d, h.w), h.w*h.w
	out := make([]int8, l.bytes)
	for t := range a {
		for n := range h.d {
			at := (n/16*a+t)*16 + n%16
			out[at] = h.q[t*h.d+n]
			out[l.units*a*16+at] = h.k[t*h.d+n]
			word := t/32*8 + t%8
			vector := (word/4*4+n%4)*(h.d/4) + n/4
			out[2*l.units*a*16+vector*16+word%4*4+t/8%4] = h.v[t*h.d+n]
		}
	}
	return out
}

// half is v, which f16 has exactly, as its bits.
func half(v float32) uint16 {
	bits := math.Float32bits(v)
	exponent := int(bits>>23&0xff) - 127 + 15
	return uint16(bits>>16&0x8000 | uint32(min(max(exponent, 0), 31))<<10 | bits>>13&0x3ff)
}

// fromHalf is the value of f16 bits.
func fromHalf(h uint16) float32 {
	exponent, fraction := int(h>>10&31), float64(h&0x3ff)/1024
	v := math.Ldexp(1+fraction, exponent-15)
	switch {
	case exponent == 0:
		v = math.Ldexp(fraction, -14)
	case exponent == 31 && fraction != 0:
		v = math.NaN()
	case exponent == 31:
		v = math.Inf(1)
	}
	if h>>15 != 0 {
		v = -v
	}
	return float32(v)
}

// activations uploads values as the kernels between layers have them, and reads
// them.
func (tw *twin) activations(v []float32) operand {
	if !tw.gpu.dev.offer.F16 {
		return tw.g.upload(bytesOf(slices.Clone(v)), 4*len(v))
	}
	var h []byte
	for _, x := range v {
		h = binary.LittleEndian.AppendUint16(h, half(x))
	}
	return tw.g.upload(h, len(h))
}

func (tw *twin) read(raw []float32, n int) []float32 {
	if !tw.gpu.dev.offer.F16 {
		return raw[:n]
	}
	out := make([]float32, n)
	for i := range out {
		out[i] = fromHalf(uint16(math.Float32bits(raw[i/2]) >> (16 * (i % 2))))
	}
	return out
}

// attended runs both kernels of integer attention on what a QKV product might have
// given, and has change spoil it before.
func attended(t *testing.T, gpu *Backend, d, heads, w, windows int, change func(qkv []float32)) (bytes, scale, y []float32, want []integerHead, tw *twin) {
	t.Helper()
	tw = newTwin(t, gpu, small(1), 1, 1)
	c, area := d*heads, w*w
	qkv := tw.values(windows*area*3*c, 1.5, 0.1)
	for i := range qkv {
		// f16 has these as well.
		if qkv[i] = math.Float32frombits(math.Float32bits(qkv[i]) &^ 0x1fff); abs(qkv[i]) < 0x1p-10 {
			qkv[i] = 0
		}
	}
	change(qkv)
	side := 2*w - 1
	shape := []int{side * side, heads}
	values := tw.values(side*side*heads, 0.8, 0)
	table, err := gpu.Load(core.Param{Name: "x.relative_position_bias_table", Shape: shape}, core.Tensor{Shape: shape, F32: values})
	if err != nil {
		t.Fatal(err)
	}
	byHead := transposed(values, side*side, heads)
	for i := range windows * heads {
		h := integerHead{d: d, w: w}
		head := i % heads
		h.attend(qkv[i/heads*area*3*c+head*d:], c, byHead[head*side*side:])
		want = append(want, h)
	}
	weights := &core.Attention{Heads: heads, Window: w, Table: table, Norm: core.Norm{Width: c}}
	k, ok := gpu.dev.offer.integerAttention(d, w)
	if !ok {
		t.Fatal("no blocks fit")
	}
	from := tw.activations(qkv)
	made := tw.g.heads(weights, from, windows)
	attention := tw.g.attend(gpu.pipelines.get(k), weights, from, windows)
	out := tw.results(&activation{made.bytes}, &activation{made.scale}, &activation{attention})
	return out[0], out[1], tw.read(out[2], windows*area*c), want, tw
}

// Both kernels of integer attention do what a few loops do. On an adapter that
// rounds as IEEE 754 says all of it is the same, bit by bit; f16 alone keeps eleven
// bits of the result. On others a quotient may be off by a few units in the last
// place, so that a value on the edge of two integers falls to the other side: a step
// of the values moves what a query gets by as much at most.
func TestIntegerAttention(t *testing.T) {
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		if gpu.opt.Precision != Int8 {
			t.Skip("floats are not attended to in integers")
		}
		for _, c := range few([]struct{ d, heads, w, windows int }{
			{64, 3, 14, 2}, // the shipped model's
			{16, 4, 7, 3},
			{20, 3, 3, 2}, // a vector is not full, nor are a word's four keys
			{4, 1, 1, 1},
			{48, 2, 5, 1}, // a workgroup's last lanes have no token
		}) {
			what := fmt.Sprintf("%+v", c)
			bytes, scale, y, want, tw := attended(t, gpu, c.d, c.heads, c.w, c.windows, func(qkv []float32) {
				width := c.d * c.heads
				for i := range c.d { // the first query and, of one channel, every value
					qkv[i] = 0
				}
				for token := range c.w * c.w {
					qkv[token*3*width+2*width] = 0
				}
				if c.w > 1 { // the second token's key counts as zero; f16 has none so small
					for i := range c.d {
						qkv[3*width+width+i] = 0
						if !gpu.dev.offer.F16 {
							qkv[3*width+width+i] = 0x1p-121
						}
					}
				}
			})
			l, area, width := layoutOf(c.d, c.w), c.w*c.w, c.d*c.heads
			for i, h := range want {
				got, wanted := floatsInBytes(bytes)[i*l.bytes:], h.bytes()
				worst := 0
				for j, q := range wanted {
					worst = max(worst, int(q)-int(got[j]), int(got[j])-int(q))
				}
				if worst > 1 || worst > 0 && tw.exact {
					t.Errorf("%s: head %d: bytes differ by up to %d", what, i, worst)
				}
				scales := slices.Concat(h.qs, h.ks, h.vs)
				tw.close(what+": scales", scale[i*l.scale:][:l.scale], scales, tw.floats())
				result := make([]float32, 0, area*c.d)
				for token := range area {
					at := (i/c.heads*area+token)*width + i%c.heads*c.d
					result = append(result, y[at:at+c.d]...)
				}
				tolerance := 0.0
				if gpu.dev.offer.F16 {
					tolerance = 0x1p-8 // eleven bits of what is less than 8
				}
				if !tw.exact {
					tolerance += float64(slices.Max(h.vs))
				}
				tw.close(what, result, h.y, tolerance)
			}
		}
	})
}

// A query or key that is no number, or infinite, shows in all of its window's head and
// nowhere else, though a byte or a probability of zero would hide it; a value shows in
// its channel.
func TestIntegerAttentionShowsDamage(t *testing.T) {
	const d, heads, w, windows = 32, 2, 5, 2
	const width, area = d * heads, w * w
	eachVariant(t, func(t *testing.T, gpu *Backend) {
		if gpu.opt.Precision != Int8 {
			t.Skip("floats are not attended to in integers")
		}
		for part, bad := range []float64{math.NaN(), math.Inf(-1), math.Inf(1)} {
			const token, channel = area + 17, d + 3 // of the second window and head
			_, _, y, _, _ := attended(t, gpu, d, heads, w, windows, func(qkv []float32) {
				qkv[(token*3+part)*width+channel] = float32(bad)
			})
			for i, v := range y {
				c := i % width
				damaged := i/width/area == 1 && c/d == 1 && (part < 2 || c == channel)
				if (v-v != 0) != damaged {
					t.Fatalf("part %d: token %d, channel %d is %v", part, i/width, c, v)
				}
			}
		}
	})
}

// floatsInBytes are the bytes that were read as floats.
func floatsInBytes(v []float32) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(&v[0])), 4*len(v))
}
