package metrics

import (
	"fmt"

	"tcmoa/core"
	"tcmoa/metrics/internal/rows"
)

// Plane is a picture's luminance: Width·Height values in [0, 255], row by row.
type Plane struct {
	Width, Height int
	Pix           []float32
}

// NewPlane returns a black picture.
func NewPlane(width, height int) *Plane {
	return &Plane{Width: width, Height: height, Pix: make([]float32, width*height)}
}

// Luminance returns 0.299 R + 0.587 G + 0.114 B of a picture (ITU-R BT.601, the
// weights with which the literature turns colour to grey).
func Luminance(p core.Picture) *Plane {
	width, height := p.Size()
	l := NewPlane(width, height)
	rows.Each(height, func(y0, y1 int) {
		rgb := make([]float32, 3*width)
		for y := y0; y < y1; y++ {
			p.ReadRow(rgb, y, 0, width)
			for x, row := 0, l.row(y); x < width; x++ {
				row[x] = 255 * (0.299*rgb[3*x] + 0.587*rgb[3*x+1] + 0.114*rgb[3*x+2])
			}
		}
	})
	return l
}

func (p *Plane) row(y int) []float32 { return p.Pix[y*p.Width:][:p.Width] }

// check reports a picture that is not one.
func (p *Plane) check() error {
	if p.Width < 1 || p.Height < 1 || len(p.Pix) != p.Width*p.Height {
		return fmt.Errorf("a picture of %d×%d pixels cannot have %d values", p.Width, p.Height, len(p.Pix))
	}
	return nil
}

// sameSize reports pictures that cannot be compared pixel by pixel.
func sameSize(p, q *Plane) error {
	if p.Width != q.Width || p.Height != q.Height {
		return fmt.Errorf("the pictures differ in size: %d×%d and %d×%d", p.Width, p.Height, q.Width, q.Height)
	}
	return nil
}

// level is a pixel's grey level, 0 to 255.
func level(v float32) int { return int(min(max(v, 0), 255) + 0.5) }

// halve averages blocks of 2×2 pixels. A last odd row or column stands for its
// missing neighbour.
func halve(p *Plane) *Plane {
	half := NewPlane((p.Width+1)/2, (p.Height+1)/2)
	for y := range half.Height {
		top, bottom := p.row(2*y), p.row(min(2*y+1, p.Height-1))
		for x, row := 0, half.row(y); x < half.Width; x++ {
			l, r := 2*x, min(2*x+1, p.Width-1)
			row[x] = (top[l] + top[r] + bottom[l] + bottom[r]) / 4
		}
	}
	return half
}
