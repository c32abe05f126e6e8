package kernel

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
)

// The fuzz targets compare the kernels that run here with their scalar twins on
// any sizes and any values, NaN and infinities included. Sizes are bounded to
// keep an execution short; values beyond the input's end repeat it.

func fuzzFloats(data []byte, n int) []float32 {
	x := make([]float32, n)
	if len(data) >= 4 {
		for i := range x {
			at := i % (len(data) / 4) * 4
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[at:]))
		}
	}
	return x
}

func fuzzBytes(data []byte, n int) []int8 {
	x := make([]int8, n)
	if len(data) > 0 {
		for i := range x {
			x[i] = int8(data[i%len(data)])
		}
	}
	return x
}

func FuzzGemmI8(f *testing.F) {
	f.Add(uint8(5), uint8(9), uint16(17), true, []byte{127, 129, 3, 250, 0, 77, 128})
	f.Fuzz(func(t *testing.T, mm, nn uint8, kk uint16, withBias bool, data []byte) {
		m, n, k := int(mm)%40+1, int(nn)%40+1, int(kk)%700+1
		a, w := fuzzBytes(data, m*k), fuzzBytes(data, n*k)
		for i := range a {
			a[i] %= limit + 1
		}
		slices.Reverse(w)
		aScale, wScale := fuzzFloats(data, m), fuzzFloats(data, n)
		var bias []float32
		if withBias {
			bias = fuzzFloats(data, n)
		}
		p := PackI8(w, n, k)
		got, want := guarded(m*n), make([]float32, m*n)
		GemmI8(got, n, a, aScale, m, p, wScale, bias)
		gemmI8Scalar(want, n, a, aScale, m, p, wScale, bias)
		sameBits(t, "GemmI8", got[:m*n], want)
		checkGuard(t, "GemmI8", got[m*n:])
	})
}

func FuzzGemmF32(f *testing.F) {
	f.Add(uint8(5), uint8(9), uint16(17), uint8(3), true, []byte{1, 2, 3, 63, 5, 6, 7, 191, 0, 0, 128, 63})
	f.Fuzz(func(t *testing.T, mm, nn uint8, kk uint16, pad uint8, transposed bool, data []byte) {
		m, n, k, extra := int(mm)%40+1, int(nn)%40+1, int(kk)%300+1, int(pad)%5
		x := fuzzFloats(data, max((m-1)*(k+extra)+k, n*(k+extra), k*(n+extra), n))
		var p, twin PanelsF32
		twin.resize(n, k)
		if transposed {
			p.PackT(x, k, n, n+extra)
			packF32TScalar(&twin, x, n+extra)
		} else {
			p.Pack(x, n, k, k+extra)
			packF32Scalar(&twin, x, k+extra)
		}
		sameBits(t, "Pack", p.data, twin.data)

		ldd := n + extra
		got, want := guarded(m*ldd), guarded(m*ldd)
		GemmF32(got, ldd, x, k+extra, m, &p, x[:n])
		gemmF32Scalar(want, ldd, x, k+extra, m, &p, x[:n])
		sameBits(t, "GemmF32", got, want)
		for i := range m {
			checkGuard(t, "GemmF32", got[i*ldd+n:(i+1)*ldd])
		}
		checkGuard(t, "GemmF32", got[m*ldd:])
	})
}

func FuzzRowwise(f *testing.F) {
	f.Add(uint8(3), uint16(21), float32(0.125), []byte{1, 2, 3, 63, 5, 6, 7, 191, 0, 0, 192, 127})
	f.Fuzz(func(t *testing.T, mm uint8, nn uint16, scale float32, data []byte) {
		m, n := int(mm)%6+1, int(nn)%300+1
		x := fuzzFloats(data, m*n)

		q, qTwin := make([]int8, m*n), make([]int8, m*n)
		s, sTwin := make([]float32, m), make([]float32, m)
		QuantiseRows(q, s, x, n, m, n)
		quantiseRowsScalar(qTwin, sTwin, x, n, m, n)
		sameBits(t, "QuantiseRows scale", s, sTwin)
		if !slices.Equal(q, qTwin) {
			t.Fatalf("QuantiseRows: %v, the scalar twin has %v", q, qTwin)
		}

		y, yTwin := guarded(m*n), make([]float32, m*n)
		LayerNormRows(y, x, x[:n], x[m*n-n:], 1e-6, m, n)
		layerNormRowsScalar(yTwin, x, x[:n], x[m*n-n:], 1e-6, m, n)
		sameBits(t, "LayerNormRows", y[:m*n], yTwin)
		checkGuard(t, "LayerNormRows", y[m*n:])

		y, yTwin = slices.Clone(x), slices.Clone(x)
		SoftmaxRows(y, n, x, n, scale, m, n)
		softmaxRowsScalar(yTwin, n, x, n, scale, m, n)
		sameBits(t, "SoftmaxRows", y, yTwin)

		SoftmaxBytes(q, s, slices.Clone(x), n, x, n, scale, m, n)
		softmaxBytesScalar(qTwin, sTwin, slices.Clone(x), n, x, n, scale, m, n)
		sameBits(t, "SoftmaxBytes scale", s, sTwin)
		if !slices.Equal(q, qTwin) {
			t.Fatalf("SoftmaxBytes: %v, the scalar twin has %v", q, qTwin)
		}

		var p, pTwin PanelsI8
		columns, columnsTwin := guarded(n), make([]float32, n)
		p.PackColumns(columns, x, m, n, n)
		pTwin.resize(n, m)
		packColumnsI8Scalar(&pTwin, columnsTwin, x, n)
		sameBits(t, "PackColumns scale", columns[:n], columnsTwin)
		checkGuard(t, "PackColumns scale", columns[n:])
		if !slices.Equal(p.data, pTwin.data) {
			t.Fatalf("PackColumns: %v, the scalar twin has %v", p.data, pTwin.data)
		}
	})
}

func FuzzFunctions(f *testing.F) {
	f.Add([]byte{0, 0, 128, 63, 0, 0, 0, 128, 1, 0, 0, 0, 0, 0, 128, 255, 1, 0, 192, 127})
	f.Fuzz(func(t *testing.T, data []byte) {
		x := fuzzFloats(data, len(data)/4)
		for _, fn := range functions {
			got, want := slices.Clone(x), slices.Clone(x)
			fn.kernel(got)
			fn.twin(want)
			sameBits(t, fn.name, got, want)
		}
	})
}

func FuzzDepthwise3x3(f *testing.F) {
	f.Add(uint8(4), uint8(5), uint8(9), uint8(1), uint8(2), []byte{1, 2, 3, 63, 5, 6, 7, 191})
	f.Fuzz(func(t *testing.T, hh, ww, cc, from, rows uint8, data []byte) {
		h, w, c := int(hh)%8+1, int(ww)%8+1, int(cc)%40+1
		row0 := int(from) % h
		row1 := row0 + int(rows)%(h-row0+1)
		x := fuzzFloats(data, max(h*w*c, 9*c))
		taps := PackDepthwise(x, c)
		got, want := guarded(h*w*c), guarded(h*w*c)
		Depthwise3x3(got, x, taps, x[:c], h, w, c, row0, row1)
		depthwise3x3Scalar(want, x, taps, x[:c], h, w, c, row0, row1)
		sameBits(t, "Depthwise3x3", got, want)
	})
}

func FuzzArithmetic(f *testing.F) {
	f.Add(uint8(21), float32(0.3), []byte{1, 2, 3, 63, 5, 6, 7, 191, 0, 0, 192, 127})
	f.Fuzz(func(t *testing.T, nn uint8, factor float32, data []byte) {
		n := int(nn)
		x := fuzzFloats(data, 4*n)
		a, b, share := x[n:2*n], x[2*n:3*n], x[3*n:]
		for _, c := range []struct {
			name         string
			kernel, twin func(dst []float32)
		}{
			{"Add", func(dst []float32) { Add(dst, a) }, func(dst []float32) { addScalar(dst, a) }},
			{"MulAdd", func(dst []float32) { MulAdd(dst, a, b) }, func(dst []float32) { mulAddScalar(dst, a, b) }},
			{"Mix", func(dst []float32) { Mix(dst, a, b, factor, 1-factor) }, func(dst []float32) { mixScalar(dst, a, b, factor, 1-factor) }},
			{"Blend", func(dst []float32) { Blend(dst, a, b, share) }, func(dst []float32) { blendScalar(dst, a, b, share) }},
			{"Grey", func(dst []float32) { Grey(dst, a, b, share) }, func(dst []float32) { greyScalar(dst, a, b, share) }},
			{"Laplacian", func(dst []float32) { Laplacian(dst, a, b, share) }, func(dst []float32) { laplacianScalar(dst, a, b, share) }},
			{"Contrast", func(dst []float32) { Contrast(dst, a, factor) }, func(dst []float32) { contrastScalar(dst, a, factor) }},
		} {
			got, want := append(slices.Clone(x[:n]), guard), slices.Clone(x[:n])
			c.kernel(got[:n:n])
			c.twin(want)
			sameBits(t, c.name, got[:n], want)
			checkGuard(t, c.name, got[n:])
		}
	})
}

func FuzzBox(f *testing.F) {
	f.Add(uint8(21), uint8(2), 0.3, []byte{1, 2, 3, 63, 5, 6, 7, 191, 0, 0, 192, 127})
	f.Fuzz(func(t *testing.T, nn, radius uint8, share float64, data []byte) {
		n := int(nn)
		x := fuzzFloats(data, 3*n)
		got, want := guarded(n), make([]float32, n)
		BoxLine(got[:n], x[:n], int(radius))
		boxLineScalar(want, x[:n], int(radius))
		sameBits(t, "BoxLine", got[:n], want)
		checkGuard(t, "BoxLine", got[n:])

		sums, twinSums := make([]float64, n), make([]float64, n)
		for line := range 2 { // the second meets what the first left behind
			BoxStep(got[:n], sums, x[line*n:][:n], x[(line+1)*n:][:n], share)
			boxStepScalar(want, twinSums, x[line*n:][:n], x[(line+1)*n:][:n], share)
			sameBits(t, "BoxStep", got[:n], want)
			checkGuard(t, "BoxStep", got[n:])
		}
	})
}

func FuzzEnlargeRow(f *testing.F) {
	f.Add(uint8(3), uint8(21), uint8(11), []byte{1, 2, 3, 63, 5, 6, 7, 191, 0, 0, 192, 127})
	f.Fuzz(func(t *testing.T, size, ww, nn uint8, data []byte) {
		samples, wide, n := int(size)%20+1, int(ww), int(nn)%12+1
		src := fuzzFloats(data, samples*n)
		taps := Taps{Low: make([]int32, wide), High: make([]int32, wide), Frac: fuzzFloats(data, wide)}
		for i, v := range fuzzBytes(data, 2*wide) {
			at := int32(uint8(v)) % int32(samples)
			if i < wide {
				taps.Low[i] = at
			} else {
				taps.High[i-wide] = at
			}
		}
		got, want := guarded(n*wide), make([]float32, n*wide)
		EnlargeRow(got, src, n, taps)
		enlargeRowScalar(want, src, n, taps)
		sameBits(t, "EnlargeRow", got[:n*wide], want)
		checkGuard(t, "EnlargeRow", got[n*wide:])
	})
}
