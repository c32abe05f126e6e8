package imagefile

import (
	"image"
	"image/color"

	"tcmoa/core"
)

// Canvas is a core.Canvas that keeps the fused picture for a file.
type Canvas struct {
	set   func(x, y int, r, g, b float32)
	image image.Image
	width int
}

// NewCanvas makes a canvas of 8 or 16 bits a sample, in colour or in grey.
func NewCanvas(width, height, depth int, grey bool) *Canvas {
	c := &Canvas{width: width}
	rect := image.Rect(0, 0, width, height)
	switch {
	case grey && depth == 16:
		m := image.NewGray16(rect)
		c.image, c.set = m, func(x, y int, r, g, b float32) { m.SetGray16(x, y, color.Gray16{Y: Word(luma(r, g, b))}) }
	case grey:
		m := image.NewGray(rect)
		c.image, c.set = m, func(x, y int, r, g, b float32) { m.SetGray(x, y, color.Gray{Y: core.Byte(luma(r, g, b))}) }
	case depth == 16:
		m := image.NewRGBA64(rect)
		c.image, c.set = m, func(x, y int, r, g, b float32) {
			m.SetRGBA64(x, y, color.RGBA64{R: Word(r), G: Word(g), B: Word(b), A: 65535})
		}
	default:
		m := image.NewRGBA(rect)
		c.image, c.set = m, func(x, y int, r, g, b float32) {
			m.SetRGBA(x, y, color.RGBA{R: core.Byte(r), G: core.Byte(g), B: core.Byte(b), A: 255})
		}
	}
	return c
}

// WriteRow implements core.Canvas.
func (c *Canvas) WriteRow(y int, rgb, _ []float32) {
	for x := range c.width {
		c.set(x, y, rgb[3*x], rgb[3*x+1], rgb[3*x+2])
	}
}

// Image is the picture as far as it is written: an *image.Gray, *image.Gray16,
// *image.RGBA or *image.RGBA64 without transparency.
func (c *Canvas) Image() image.Image { return c.image }

// Word rounds a value in [0,1] to 16 bits.
func Word(v float32) uint16 { return uint16(float32(min(max(v, 0), 1)*65535) + 0.5) }

// luma is the brightness of a colour, by ITU-R BT.601.
func luma(r, g, b float32) float32 { return float32(0.299*r) + float32(0.587*g) + float32(0.114*b) }
