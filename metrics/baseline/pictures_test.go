package baseline

import (
	"math"
	"math/rand/v2"

	"tcmoa/core"
)

// photo is a picture in colour with shades, edges and texture.
func photo(width, height int, seed uint64) *core.RGBA {
	r := rand.New(rand.NewPCG(seed, 0))
	p := core.NewRGBA(width, height)
	var waves [3][3]float64
	for c := range waves {
		waves[c] = [3]float64{0.3 * r.Float64(), 0.3 * r.Float64(), 6 * r.Float64()}
	}
	edge := r.Float64() * float64(width)
	for i := range width * height {
		x, y := float64(i%width), float64(i/width)
		for c, w := range waves {
			v := 120 + 50*math.Sin(w[0]*x+w[1]*y+w[2]) + 12*r.NormFloat64()
			if x > edge {
				v += 60
			}
			p.Pix[4*i+c] = uint8(min(max(v, 0), 255))
		}
	}
	return p
}

// grey is a picture's luminance.
func grey(p *core.RGBA) *core.RGBA {
	return change(p, func(_, _ int, rgb [3]float64) [3]float64 {
		y := 0.299*rgb[0] + 0.587*rgb[1] + 0.114*rgb[2]
		return [3]float64{y, y, y}
	})
}

// change returns the picture with f applied to every colour, in [0, 1].
func change(p *core.RGBA, f func(x, y int, rgb [3]float64) [3]float64) *core.RGBA {
	q := core.NewRGBA(p.Width, p.Height)
	for i := range p.Width * p.Height {
		var rgb [3]float64
		for c := range rgb {
			rgb[c] = float64(p.Pix[4*i+c]) / 255
		}
		for c, v := range f(i%p.Width, i/p.Width, rgb) {
			q.Pix[4*i+c] = core.Byte(float32(v))
		}
	}
	return q
}

// soft is a picture out of focus.
func soft(p *core.RGBA) *core.RGBA {
	l := newLayers(p, rgb)
	for c, plane := range l.planes {
		out := make([]float32, len(plane))
		convolve(out, plane, l.width, l.height, gaussian(9, 3))
		l.planes[c] = out
	}
	q := core.NewRGBA(p.Width, p.Height)
	l.write(q)
	return q
}

// beside shows the left half of p and the right half of q.
func beside(p, q *core.RGBA) *core.RGBA {
	r := core.NewRGBA(p.Width, p.Height)
	for i := range p.Width * p.Height {
		from := p
		if 2*(i%p.Width) >= p.Width {
			from = q
		}
		copy(r.Pix[4*i:4*i+4], from.Pix[4*i:])
	}
	return r
}

// psnr compares colours, in dB.
func psnr(p, q *core.RGBA) float64 {
	var sum float64
	for i, v := range p.Pix {
		d := float64(v) - float64(q.Pix[i])
		sum += d * d
	}
	return 10 * math.Log10(255*255/(sum/float64(3*p.Width*p.Height)))
}

// floats is a canvas that keeps a fusion unrounded.
type floats struct {
	width int
	rgb   []float32
}

func (f *floats) WriteRow(y int, rgb, _ []float32) { f.rgb = append(f.rgb[:3*y*f.width], rgb...) }

func noise(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	values := make([]float32, n)
	for i := range values {
		values[i] = r.Float32()
	}
	return values
}
