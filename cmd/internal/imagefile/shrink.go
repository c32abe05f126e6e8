package imagefile

import (
	"image"
	"math"

	"golang.org/x/image/draw"

	"tcmoa/core"
)

// Shrink returns a picture whose longer side has at most side pixels: the
// picture itself if it is small enough, or else a smaller one of 8 bits, by a
// cubic filter that covers all the pixels that become one. Pictures of one size
// shrink to one size.
func Shrink(p core.Picture, side int) core.Picture {
	width, height := p.Size()
	longer := max(width, height)
	if longer <= side {
		return p
	}
	whole := core.NewRGBA(width, height)
	row := make([]float32, 3*width)
	for y := range height {
		p.ReadRow(row, y, 0, width)
		whole.WriteRow(y, row, nil)
	}
	scaled := func(n int) int {
		return max(1, int(math.Round(float64(n)*float64(side)/float64(longer))))
	}
	small := core.NewRGBA(scaled(width), scaled(height))
	from, to := view(whole), view(small)
	draw.CatmullRom.Scale(to, to.Rect, from, from.Rect, draw.Src, nil)
	return small
}

// view is a picture's pixels as the image package sees them.
func view(p *core.RGBA) *image.RGBA {
	return &image.RGBA{Pix: p.Pix, Stride: 4 * p.Width, Rect: image.Rect(0, 0, p.Width, p.Height)}
}
