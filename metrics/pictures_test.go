package metrics

import (
	"math"
	"math/rand/v2"
)

// scene is a picture with edges, corners, textures and shades of whole grey
// levels.
func scene(width, height int, seed uint64) *Plane {
	r := rand.New(rand.NewPCG(seed, 0))
	p := NewPlane(width, height)
	fx, fy, phase := 0.05+0.3*r.Float64(), 0.05+0.3*r.Float64(), 6*r.Float64()
	for i := range p.Pix {
		x, y := float64(i%width), float64(i/width)
		p.Pix[i] = float32(110 + 25*math.Sin(fx*x+fy*y+phase) + 20*math.Sin(x*y/500) + 30*x/float64(width) + 4*r.NormFloat64())
	}
	for range 8 {
		x0, y0 := r.IntN(width), r.IntN(height)
		side, grey := 1+min(width, height)/4, float32(r.IntN(120)-60)
		for y := y0; y < min(y0+side, height); y++ {
			for x := x0; x < min(x0+side, width); x++ {
				p.Pix[y*width+x] += grey
			}
		}
	}
	return p.apply(func(v float64) float64 { return math.Round(min(max(v, 0), 255)) })
}

// mix is the mean of two pictures.
func mix(p, q *Plane) *Plane {
	m := NewPlane(p.Width, p.Height)
	for i, v := range p.Pix {
		m.Pix[i] = (v + q.Pix[i]) / 2
	}
	return m
}

func constant(width, height int, grey float32) *Plane {
	return NewPlane(width, height).apply(func(float64) float64 { return float64(grey) })
}

func picture(width int, grey ...float32) *Plane {
	return &Plane{width, len(grey) / width, grey}
}

// apply returns the picture with f applied to every pixel.
func (p *Plane) apply(f func(float64) float64) *Plane {
	q := NewPlane(p.Width, p.Height)
	for i, v := range p.Pix {
		q.Pix[i] = float32(f(float64(v)))
	}
	return q
}

func (p *Plane) transpose() *Plane {
	q := NewPlane(p.Height, p.Width)
	for i, v := range p.Pix {
		q.Pix[i%p.Width*q.Width+i/p.Width] = v
	}
	return q
}

func (p *Plane) noisy(sigma float64) *Plane {
	r := rand.New(rand.NewPCG(9, 9))
	return p.apply(func(v float64) float64 { return min(max(v+sigma*r.NormFloat64(), 0), 255) })
}
