package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"tcmoa/core"
)

// Attention in bytes is what its definition gives in float64, for the integers that
// rounding gives, and near attention in float32.
func TestAttendBytes(t *testing.T) {
	for _, c := range []struct{ window, heads, d int }{{1, 1, 4}, {2, 1, 1}, {3, 2, 6}, {5, 3, 8}, {7, 1, 20}, {14, 2, 64}} {
		a, qkv, bias := randomHead(c.window, c.heads, c.d)
		n, width, d := a.tokens, a.width, c.d
		what := fmt.Sprintf("window %d, %d heads of %d", c.window, c.heads, c.d)
		for h := range c.heads {
			got, float := make([]float32, n*width), make([]float32, n*width)
			a.attendBytes(got, qkv[h*d:], bias, &scratch{})
			a.attend(float, qkv[h*d:], bias, &scratch{})
			want := referenceHead(a, qkv[h*d:], bias)
			for i := range n {
				for j := range width {
					g := float64(got[i*width+j])
					if j >= d {
						if g != 0 {
							t.Fatalf("%s: wrote beside the head", what)
						}
						continue
					}
					if w := want[i*d+j]; math.Abs(g-w) > 2e-5 {
						t.Fatalf("%s: token %d, channel %d is %v, want %v", what, i, j, g, w)
					}
					// Values up to 3 or so in steps of 1/63 of the largest, and probabilities
					// in steps of 1/127 of it.
					if f := float64(float[i*width+j]); math.Abs(g-f) > 0.12 {
						t.Fatalf("%s: token %d, channel %d is %v, in float32 %v", what, i, j, g, f)
					}
				}
			}
		}
	}
}

// What is not a number in one query or key must not vanish in a byte.
func TestAttendBytesNotANumber(t *testing.T) {
	for part := range 3 {
		for _, v := range []float64{math.NaN(), math.Inf(1)} {
			a, qkv, bias := randomHead(3, 1, 8)
			qkv[4*3*a.width+part*a.width+5] = float32(v)
			y := make([]float32, a.tokens*a.width)
			a.attendBytes(y, qkv, bias, &scratch{})
			shown := 0
			for _, v := range y {
				if v-v != 0 {
					shown++
				}
			}
			if shown < a.tokens {
				t.Errorf("%v in part %d of a token: %d of %d values are not numbers", v, part, shown, len(y))
			}
		}
	}
}

func randomHead(window, heads, d int) (a *windowAttention, qkv, bias []float32) {
	r := rand.New(rand.NewPCG(uint64(window), uint64(d)))
	n, width := window*window, heads*d
	a = &windowAttention{Attention: &core.Attention{Heads: heads, Window: window}, tokens: n, width: width}
	qkv, bias = make([]float32, n*3*width), make([]float32, n*n)
	for i := range qkv {
		qkv[i] = float32(r.NormFloat64())
	}
	for i := range bias {
		bias[i] = float32(r.NormFloat64())
	}
	return a, qkv, bias
}

// referenceHead is the definition, n×d.
func referenceHead(a *windowAttention, qkv, bias []float32) []float64 {
	n, d := a.tokens, a.width/a.Heads
	at := func(part, token, channel int) float64 { return float64(qkv[(3*token+part)*a.width+channel]) }
	// quantised is a list of values in integers, and the scale of these.
	quantised := func(v []float64) ([]float64, float64) {
		top := 0.0
		for _, x := range v {
			top = max(top, math.Abs(x))
		}
		whole := make([]float64, len(v))
		for i, x := range v {
			whole[i] = math.RoundToEven(float64(float32(x) * (core.ActivationLimit / float32(top))))
		}
		return whole, top / core.ActivationLimit
	}
	row := func(part, token int) ([]float64, float64) {
		v := make([]float64, d)
		for c := range v {
			v[c] = at(part, token, c)
		}
		return quantised(v)
	}
	y := make([]float64, n*d)
	shares := make([]float64, n*n)
	for i := range n {
		q, qs := row(0, i)
		x, top := make([]float64, n), math.Inf(-1)
		for j := range n {
			k, ks := row(1, j)
			dot := 0.0
			for c := range d {
				dot += q[c] * k[c]
			}
			x[j] = dot*qs*ks/math.Sqrt(float64(d)) + float64(bias[i*n+j])
			top = max(top, x[j])
		}
		for j := range n {
			// In float32, so that a share on the edge goes to the same integer.
			shares[i*n+j] = math.RoundToEven(127 * math.Exp(x[j]-top))
		}
	}
	for c := range d {
		column := make([]float64, n)
		for j := range n {
			column[j] = at(2, j, c)
		}
		v, vs := quantised(column)
		for i := range n {
			sum, total := 0.0, 0.0
			for j := range n {
				sum += shares[i*n+j] * v[j]
				total += shares[i*n+j]
			}
			y[i*d+c] = sum / total * vs
		}
	}
	return y
}
