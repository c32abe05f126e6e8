package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// FMI is feature mutual information: the dependence of the fusion on its sources
// in windows of 3×3 pixels, whose pixels are the features. A window less its
// least value, divided by its sum, is taken for the distribution of a variable
// over its nine places. The joint distribution of two windows is Nelsen's mixture
// of the independent one and of the bound by Fréchet, with weight φ = r / r_max of
// the correlation r of the two and the largest that the bound allows. Then
//
//	FMI(X,F) = mean 2 I(X;F) / (H(X) + H(F)),   FMI = ( FMI(A,F) + FMI(B,F) ) / 2,
//
// in [0, 1], the higher the better. Windows that are equal have the value 1.
//
// M. Haghighat, A. Aghagolzadeh, H. Seyedarabi: A non-reference image fusion
// metric based on mutual information of image features. Computers & Electrical
// Engineering 37(5), 2011; M. Haghighat, M. A. Razian: Fast-FMI: non-reference
// image fusion metric. International Conference on Application of Information and
// Communication Technologies, 2014. Two things differ from the authors' program:
// φ, which can exceed 1 there, does not, and the features are always pixels. Its
// default are binary edge maps, most windows of which are equal, so that tables made
// with it show values near 0.9 for any fusion.
var FMI = Metric{
	Name: "FMI", Title: "feature mutual information",
	Tasks: []string{vif, mef, mff}, Least: fmiSide,
	of: func(f *Plane, s *Sources) float64 {
		width, height := f.Width-fmiSide+1, f.Height-fmiSide+1
		sum := rows.Sum(height, func(y int) float64 {
			var sum float64
			for x := range width {
				inF, inA, inB := patchAt(f, x, y), patchAt(s.A, x, y), patchAt(s.B, x, y)
				df, da, db := inF.distribution(), inA.distribution(), inB.distribution()
				sum += dependence(&inF, &inA, &df, &da) + dependence(&inF, &inB, &df, &db)
			}
			return sum
		})
		return sum / float64(2*width*height)
	},
}

const (
	fmiSide = 3
	fmiArea = fmiSide * fmiSide
)

// patch is a window, column after column.
type patch [fmiArea]float64

func patchAt(p *Plane, x, y int) (w patch) {
	for i := range fmiSide {
		row := p.row(y + i)[x:][:fmiSide]
		for j, v := range row {
			w[fmiSide*j+i] = float64(v)
		}
	}
	return w
}

// distribution is that of a variable over the places 0 to 8 of a window.
type distribution struct {
	p            patch
	mean, spread float64 // of the place
	variance     float64 // of the probabilities, times 9
	entropy      float64
}

func (w *patch) distribution() (d distribution) {
	least, most := w[0], w[0]
	for _, v := range w[1:] {
		least, most = min(least, v), max(most, v)
	}
	var sum float64
	for i, v := range w {
		d.p[i] = v - least
		if least == most {
			d.p[i] = 1
		}
		sum += d.p[i]
	}
	var square float64
	for i := range d.p {
		p := d.p[i] / sum
		d.p[i] = p
		d.mean += float64(i) * p
		square += float64(i*i) * p
		d.variance += (p - 1./fmiArea) * (p - 1./fmiArea)
		d.entropy += surprise(p)
	}
	d.spread = math.Sqrt(max(0, square-d.mean*d.mean))
	return d
}

// surprise is -p ln p. Only ratios of entropies matter, so that any logarithm does.
func surprise(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return -p * math.Log(p)
}

// dependence is 2 I / (H + H) of two windows.
func dependence(v, w *patch, dv, dw *distribution) float64 {
	if *v == *w {
		return 1
	}
	if dv.entropy+dw.entropy == 0 {
		return 0
	}
	joint := jointEntropy(dv, dw)
	return max(0, 2*(dv.entropy+dw.entropy-joint)/(dv.entropy+dw.entropy))
}

// jointEntropy is the entropy of the mixture of the independent distribution and
// of the bound. For a negative correlation the bound is the lower one, which is
// the upper one of the places of a window counted backwards.
func jointEntropy(v, w *distribution) float64 {
	var correlation float64
	for i := range v.p {
		correlation += (v.p[i] - 1./fmiArea) * (w.p[i] - 1./fmiArea)
	}
	if correlation != 0 {
		correlation /= math.Sqrt(v.variance * w.variance)
	}
	q, meanQ := w.p, w.mean
	if correlation < 0 {
		correlation, meanQ = -correlation, fmiArea-1-meanQ
		for i, p := range w.p {
			q[fmiArea-1-i] = p
		}
	}
	cells, n := upperBound(&v.p, &q)
	var φ float64
	if spread := v.spread * w.spread; spread > 0 {
		var covariance float64
		for _, c := range cells[:n] {
			covariance += c.mass * (float64(c.i) - v.mean) * (float64(c.j) - meanQ)
		}
		if covariance > 0 {
			φ = min(correlation*spread/covariance, 1)
		}
	}
	// The independent part alone, as if it filled every cell, and then the cells
	// where the bound has mass.
	entropy := (1-φ)*(v.entropy+w.entropy) + surprise(1-φ)
	for _, c := range cells[:n] {
		independent := (1 - φ) * v.p[c.i] * q[c.j]
		entropy += surprise(independent+φ*c.mass) - surprise(independent)
	}
	return entropy
}

// cell is a pair of places and its probability.
type cell struct {
	i, j int
	mass float64
}

// upperBound is the joint distribution of p and q with the cumulative
// distribution min(P, Q): the mass lies on a staircase of at most 17 cells.
func upperBound(p, q *patch) (cells [2 * fmiArea]cell, n int) {
	leftP, leftQ := p[0], q[0]
	for i, j := 0, 0; ; n++ {
		mass := min(leftP, leftQ)
		cells[n] = cell{i, j, mass}
		leftP, leftQ = leftP-mass, leftQ-mass
		switch {
		case i == fmiArea-1 && j == fmiArea-1:
			return cells, n + 1
		case j == fmiArea-1 || i < fmiArea-1 && leftP <= leftQ:
			i++
			leftP = p[i]
		default:
			j++
			leftQ = q[j]
		}
	}
}
