package metrics

import "math"

const levels = 256

// Histogram counts a picture's grey levels, 256 of them.
func Histogram(p *Plane) []int {
	counts := make([]int, levels)
	for _, v := range p.Pix {
		counts[level(v)]++
	}
	return counts
}

// information is what the joint histogram of two pictures tells, in bits.
type information struct {
	x, y  float64 // the entropies H(X), H(Y)
	joint float64 // H(X,Y)
}

func newInformation(p, q *Plane) information {
	joint := make([]int, levels*levels)
	for i, v := range p.Pix {
		joint[levels*level(v)+level(q.Pix[i])]++
	}
	return information{x: entropy(Histogram(p)), y: entropy(Histogram(q)), joint: entropy(joint)}
}

// mutual is I(X;Y) = H(X) + H(Y) - H(X,Y).
func (i information) mutual() float64 { return max(0, i.x+i.y-i.joint) }

// entropy is -Σ p log₂ p of a histogram.
func entropy(counts []int) float64 {
	var n int
	var sum float64
	for _, c := range counts {
		if c > 0 {
			n += c
			sum += float64(c) * math.Log2(float64(c))
		}
	}
	return math.Log2(float64(n)) - sum/float64(n)
}
