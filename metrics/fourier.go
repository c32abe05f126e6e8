package metrics

import (
	"math"
	"math/bits"
	"math/cmplx"

	"tcmoa/metrics/internal/rows"
)

// lanes is the number of lines transformed side by side: one cache line's worth
// of columns several times over, and small enough for a buffer to stay in the
// second-level cache.
const lanes = 16

// spectrum is a picture of complex values, or its discrete Fourier transform
// Σ z exp(-2πi (ux/width + vy/height)), row by row.
type spectrum struct {
	width, height int
	z             []complex128
}

func newSpectrum(width, height int) *spectrum {
	return &spectrum{width, height, make([]complex128, width*height)}
}

// spectrumOf returns the transform of p + iq. A nil q is 0.
func spectrumOf(p, q *Plane) *spectrum {
	s := newSpectrum(p.Width, p.Height)
	for i, v := range p.Pix {
		s.z[i] = complex(float64(v), 0)
	}
	if q != nil {
		for i, v := range q.Pix {
			s.z[i] += complex(0, float64(v))
		}
	}
	s.transform()
	return s
}

// transform replaces the picture by its transform.
func (s *spectrum) transform() {
	across, down := newFourier(s.width), newFourier(s.height)
	s.lines(across, s.height, 1, s.width)
	s.lines(down, s.width, s.width, 1)
}

// invert replaces a transform by its picture: the conjugate of the transform of
// the conjugate, divided by the number of values.
func (s *spectrum) invert() {
	for i, z := range s.z {
		s.z[i] = cmplx.Conj(z)
	}
	s.transform()
	n := 1 / float64(len(s.z))
	for i, z := range s.z {
		s.z[i] = complex(real(z)*n, -imag(z)*n)
	}
}

// lines transforms count lines; step leads along a line, next to the next line.
func (s *spectrum) lines(f *fourier, count, step, next int) {
	rows.Each(count, func(first, end int) {
		x, y := make([]complex128, f.room*lanes), make([]complex128, f.room*lanes)
		for ; first < end; first += lanes {
			n := min(lanes, end-first)
			for j := range f.n {
				at := j*step + first*next
				for l := range n {
					x[j*n+l] = s.z[at+l*next]
				}
			}
			out := f.transform(x, y, n)
			for j := range f.n {
				at := j*step + first*next
				for l := range n {
					s.z[at+l*next] = out[j*n+l]
				}
			}
		}
	})
}

// fourier transforms lines of n values.
type fourier struct {
	n       int
	room    int          // values of a line that the buffers must have room for
	turns   []complex128 // exp(-2πi k/n)
	radices []int        // n's factors, none above 5
	chirp   *bluestein   // in place of radices, where n has larger factors
}

func newFourier(n int) *fourier {
	f := &fourier{n: n, room: n, turns: make([]complex128, n)}
	for k := range f.turns {
		f.turns[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n))
	}
	rest := n
	for _, r := range []int{4, 2, 3, 5} {
		for rest%r == 0 {
			f.radices = append(f.radices, r)
			rest /= r
		}
	}
	if rest > 1 {
		f.radices, f.chirp = nil, newBluestein(n)
		f.room = f.chirp.fourier.n
	}
	return f
}

// transform transforms lanes of values that stand side by side in x, and returns
// the one of x and y that holds the result.
//
// This is Stockham's algorithm: every pass splits off a radix r, turns r values
// that lie n/r apart into r neighbours, and needs no reordering afterwards.
func (f *fourier) transform(x, y []complex128, lanes int) []complex128 {
	if f.chirp != nil {
		return f.chirp.transform(x, y, lanes)
	}
	n, stride := f.n, lanes
	for _, r := range f.radices {
		m := n / r
		for p := range m {
			turn := p * (f.n / n) // of exp(-2πi p/n)
			in, out := x[stride*p:], y[stride*r*p:]
			switch r {
			case 2:
				f.pass2(in, out, stride, m, turn)
			case 3:
				f.pass3(in, out, stride, m, turn)
			case 4:
				f.pass4(in, out, stride, m, turn)
			case 5:
				f.pass5(in, out, stride, m, turn)
			}
		}
		x, y = y, x
		n, stride = m, stride*r
	}
	return x
}

// The passes transform r values that lie m·stride apart, one lane after the
// other, and turn result k by k times the given turn.

func (f *fourier) pass2(in, out []complex128, stride, m, turn int) {
	w := f.turns[turn]
	a, b := in[:stride], in[stride*m:][:stride]
	s, t := out[:stride], out[stride:][:stride]
	for i := range a {
		s[i], t[i] = a[i]+b[i], (a[i]-b[i])*w
	}
}

func (f *fourier) pass3(in, out []complex128, stride, m, turn int) {
	const sin = 0.86602540378443864676 // sin 2π/3
	w1, w2 := f.turns[turn], f.turns[2*turn]
	a, b, c := in[:stride], in[stride*m:][:stride], in[2*stride*m:][:stride]
	s, t, u := out[:stride], out[stride:][:stride], out[2*stride:][:stride]
	for i := range a {
		sum, diff := b[i]+c[i], b[i]-c[i]
		mid := a[i] - scale(0.5, sum)
		rot := complex(sin*imag(diff), -sin*real(diff))
		s[i], t[i], u[i] = a[i]+sum, (mid+rot)*w1, (mid-rot)*w2
	}
}

func (f *fourier) pass4(in, out []complex128, stride, m, turn int) {
	w1, w2, w3 := f.turns[turn], f.turns[2*turn], f.turns[3*turn]
	a, b, c, d := in[:stride], in[stride*m:][:stride], in[2*stride*m:][:stride], in[3*stride*m:][:stride]
	s, t, u, v := out[:stride], out[stride:][:stride], out[2*stride:][:stride], out[3*stride:][:stride]
	for i := range a {
		ac, bd := a[i]+c[i], b[i]+d[i]
		mid, diff := a[i]-c[i], b[i]-d[i]
		rot := complex(imag(diff), -real(diff))
		s[i], t[i], u[i], v[i] = ac+bd, (mid+rot)*w1, (ac-bd)*w2, (mid-rot)*w3
	}
}

func (f *fourier) pass5(in, out []complex128, stride, m, turn int) {
	const (
		cos1, sin1 = 0.30901699437494742410, 0.95105651629515357212  // 2π/5
		cos2, sin2 = -0.80901699437494742410, 0.58778525229247312917 // 4π/5
	)
	w1, w2, w3, w4 := f.turns[turn], f.turns[2*turn], f.turns[3*turn], f.turns[4*turn]
	at := func(z []complex128, k, step int) []complex128 { return z[k*step:][:stride] }
	a, b, c, d, e := at(in, 0, 0), at(in, 1, stride*m), at(in, 2, stride*m), at(in, 3, stride*m), at(in, 4, stride*m)
	s, t, u, v, w := at(out, 0, 0), at(out, 1, stride), at(out, 2, stride), at(out, 3, stride), at(out, 4, stride)
	for i := range a {
		be, cd := b[i]+e[i], c[i]+d[i]
		bme, cmd := b[i]-e[i], c[i]-d[i]
		mid1, mid2 := a[i]+scale(cos1, be)+scale(cos2, cd), a[i]+scale(cos2, be)+scale(cos1, cd)
		d1, d2 := scale(sin1, bme)+scale(sin2, cmd), scale(sin2, bme)-scale(sin1, cmd)
		rot1, rot2 := complex(imag(d1), -real(d1)), complex(imag(d2), -real(d2))
		s[i] = a[i] + be + cd
		t[i], w[i] = (mid1+rot1)*w1, (mid1-rot1)*w4
		u[i], v[i] = (mid2+rot2)*w2, (mid2-rot2)*w3
	}
}

func scale(r float64, z complex128) complex128 { return complex(r*real(z), r*imag(z)) }

// bluestein transforms lines of any length n as a convolution: with the chirp
// c_k = exp(-πi k²/n), Z_k = c_k Σ_j (z_j c_j) c̄_{k-j}, by transforms of a power of
// two (L. I. Bluestein, 1970).
type bluestein struct {
	n       int
	chirp   []complex128
	fourier *fourier
	filter  []complex128 // the transform of c̄
}

func newBluestein(n int) *bluestein {
	b := &bluestein{n: n, chirp: make([]complex128, n)}
	for k := range b.chirp {
		// k² taken modulo the period 2n keeps the angle exact.
		b.chirp[k] = cmplx.Rect(1, -math.Pi*float64(k*k%(2*n))/float64(n))
	}
	b.fourier = newFourier(1 << bits.Len(uint(2*n-2)))
	size := b.fourier.n
	x := make([]complex128, size)
	for k, c := range b.chirp {
		x[k], x[(size-k)%size] = cmplx.Conj(c), cmplx.Conj(c)
	}
	b.filter = b.fourier.transform(x, make([]complex128, size), 1)
	return b
}

func (b *bluestein) transform(x, y []complex128, lanes int) []complex128 {
	size := b.fourier.n
	for i := range b.n * lanes {
		x[i] *= b.chirp[i/lanes]
	}
	clear(x[b.n*lanes : size*lanes])
	out := b.fourier.transform(x, y, lanes)
	for i := range size * lanes {
		out[i] = cmplx.Conj(out[i] * b.filter[i/lanes])
	}
	if &out[0] == &y[0] {
		x, y = y, x
	}
	out = b.fourier.transform(x, y, lanes)
	for i := range b.n * lanes {
		out[i] = scale(1/float64(size), cmplx.Conj(out[i])) * b.chirp[i/lanes]
	}
	return out
}

// frequency is the signed frequency of index k of a transform of n values, in
// cycles per n values: 0, 1, …, then the negative ones.
func frequency(k, n int) float64 {
	if 2*k >= n {
		k -= n
	}
	return float64(k)
}
