package metrics

import (
	"math"

	"tcmoa/metrics/internal/rows"
)

// average is the mean of a picture.
func average(p *Plane) float64 {
	return rows.Sum(p.Height, func(y int) float64 {
		var sum float64
		for _, v := range p.row(y) {
			sum += float64(v)
		}
		return sum
	}) / float64(len(p.Pix))
}

// covariance is the mean of (p-p̄)(q-q̄) over the pixels.
func covariance(p, q *Plane) float64 {
	meanP, meanQ := average(p), average(q)
	return rows.Sum(p.Height, func(y int) float64 {
		var sum float64
		for x, v := range p.row(y) {
			sum += (float64(v) - meanP) * (float64(q.row(y)[x]) - meanQ)
		}
		return sum
	}) / float64(len(p.Pix))
}

// correlation is Pearson's r(p,q), and 0 where a picture is constant.
func correlation(p, q *Plane) float64 {
	varP, varQ := covariance(p, p), covariance(q, q)
	if varP < noise || varQ < noise {
		return 0
	}
	return covariance(p, q) / math.Sqrt(varP*varQ)
}

// difference is p - q.
func difference(p, q *Plane) *Plane {
	d := NewPlane(p.Width, p.Height)
	for i, v := range p.Pix {
		d.Pix[i] = v - q.Pix[i]
	}
	return d
}
