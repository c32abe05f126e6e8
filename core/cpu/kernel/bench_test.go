package kernel

import (
	"fmt"
	"testing"
)

// Shapes are those of the shipped network: windows of 196 tokens with heads of
// 64 channels, grids of 784 tokens, width 192.

func BenchmarkGemmI8(b *testing.B) {
	for _, s := range [][3]int{{784, 768, 192}, {784, 192, 768}, {784, 576, 192}, {196, 3072, 768}} {
		m, n, k := s[0], s[1], s[2]
		b.Run(fmt.Sprintf("m=%d,n=%d,k=%d", m, n, k), func(b *testing.B) {
			r := random(1)
			a, p := bytes(r, m*k, limit), PackI8(bells(r, n, k), n, k)
			as, ws, bias := normal(r, m, 1), normal(r, n, 1), normal(r, n, 1)
			dst := make([]float32, m*n)
			for b.Loop() {
				GemmI8(dst, n, a, as, m, p, ws, bias)
			}
			perSecond(b, m*n*k, "GMAC/s")
		})
	}
}

func BenchmarkGemmF32(b *testing.B) {
	for _, s := range [][3]int{{196, 196, 64}, {196, 64, 196}, {784, 48, 384}, {784, 48, 432}, {784, 768, 192}} {
		m, n, k := s[0], s[1], s[2]
		b.Run(fmt.Sprintf("m=%d,n=%d,k=%d", m, n, k), func(b *testing.B) {
			r := random(1)
			a, p := normal(r, m*k, 1), PackF32(normal(r, n*k, 1), n, k, k)
			dst := make([]float32, m*n)
			for b.Loop() {
				GemmF32(dst, n, a, k, m, p, nil)
			}
			perSecond(b, m*n*k, "GMAC/s")
		})
	}
}

func BenchmarkPack(b *testing.B) {
	const n, k, ld = 196, 64, 576
	w := normal(random(1), n*ld, 1)
	var p PanelsF32
	b.Run("F32", func(b *testing.B) {
		for b.Loop() {
			p.Pack(w, n, k, ld)
		}
		perSecond(b, n*k, "Gelem/s")
	})
	b.Run("F32T", func(b *testing.B) {
		for b.Loop() {
			p.PackT(w, n, k, ld)
		}
		perSecond(b, n*k, "Gelem/s")
	})
	b.Run("I8", func(b *testing.B) {
		w := bells(random(1), 768, 192)
		for b.Loop() {
			PackI8(w, 768, 192)
		}
		perSecond(b, len(w), "Gelem/s")
	})
}

func BenchmarkRowwise(b *testing.B) {
	const m, c = 784, 192
	r := random(1)
	x, y := normal(r, m*c, 1), make([]float32, m*c)
	gain, bias := normal(r, c, 1), normal(r, c, 1)
	q, scale := make([]int8, m*c), make([]float32, m)
	taps := PackDepthwise(normal(r, 9*c, 1), c)
	idx := make([]int32, m)
	for i, v := range r.Perm(m) {
		idx[i] = int32(v)
	}
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"Quantise", func() { QuantiseRows(q, scale, x, c, m, c) }},
		{"LayerNorm", func() { LayerNormRows(y, x, gain, bias, 1e-6, m, c) }},
		{"Softmax", func() { SoftmaxRows(y, 196, x, 196, 0.125, m*c/196, 196) }},
		{"Depthwise", func() { Depthwise3x3(y, x, taps, bias, 28, 28, c, 0, 28) }},
		{"AddRows", func() { AddRows(y, x, idx, c) }},
		{"GatherRows", func() { GatherRows(y, x, idx, c) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.run()
			}
			perSecond(b, m*c, "Gelem/s")
		})
	}
}

func BenchmarkFunctions(b *testing.B) {
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			x := normal(random(1), 8192, 1)
			y := make([]float32, len(x))
			for b.Loop() {
				copy(y, x)
				f.kernel(y)
			}
			perSecond(b, len(x), "Gelem/s")
		})
	}
}

// A line of a picture of 448² pixels and its 56 tokens.
func BenchmarkLines(b *testing.B) {
	const n, samples, outputs = 448, 56, 11
	r := random(1)
	x, y, z := normal(r, n, 1), normal(r, n, 1), normal(r, n, 1)
	dst, sums := make([]float32, n), make([]float64, n)
	maps, enlarged := normal(r, samples*outputs, 1), make([]float32, n*outputs)
	taps := Taps{Low: make([]int32, n), High: make([]int32, n), Frac: make([]float32, n)}
	for i := range n {
		taps.Low[i] = int32(i * samples / n)
		taps.High[i] = min(taps.Low[i]+1, samples-1)
	}
	for _, k := range []struct {
		name string
		run  func()
	}{
		{"Add", func() { Add(dst, x) }},
		{"MulAdd", func() { MulAdd(dst, x, y) }},
		{"Mix", func() { Mix(dst, x, y, 0.3, 0.7) }},
		{"Blend", func() { Blend(dst, x, y, z) }},
		{"Grey", func() { Grey(dst, x, y, z) }},
		{"Laplacian", func() { Laplacian(dst, x, y, z) }},
		{"BoxLine", func() { BoxLine(dst, x, 15) }},
		{"BoxStep", func() { BoxStep(dst, sums, x, x, 1./31) }},
		{"EnlargeRow", func() { EnlargeRow(enlarged, maps, outputs, taps) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.run()
			}
			perSecond(b, n, "Gelem/s")
		})
	}
}

// perSecond reports how often work was done, in thousand millions.
func perSecond(b *testing.B, work int, unit string) {
	b.ReportMetric(float64(work)*float64(b.N)/b.Elapsed().Seconds()/1e9, unit)
}
