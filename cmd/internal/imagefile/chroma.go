package imagefile

import "image"

// chroma reads YCbCr pictures as RGB. Colour planes of half the size are
// enlarged with a triangle filter, as the libraries of browsers and other
// programs do; repeating their values instead, as the image package does, puts
// steps of colour along every edge, which a fusion takes for detail.
type chroma struct {
	img           *image.YCbCr
	convert       func(y, cb, cr uint8) (r, g, b uint8)
	halfX, halfY  bool    // the colour planes have half the width, half the height
	stepX, stepY  int     // pixels that share a colour sample
	width, height int     // of the colour planes
	cb, cr        []uint8 // a row of the enlarged planes; one pixel more where the width is odd
	mixed         []uint16
}

func newChroma(img *image.YCbCr, format string) *chroma {
	c := &chroma{img: img, convert: fullToRGB, stepX: 1, stepY: 1}
	if format == "webp" {
		c.convert = studioToRGB
	}
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		c.stepX, c.halfX = 2, true
	case image.YCbCrSubsampleRatio420:
		c.stepX, c.stepY, c.halfX, c.halfY = 2, 2, true, true
	case image.YCbCrSubsampleRatio440:
		c.stepY, c.halfY = 2, true
	case image.YCbCrSubsampleRatio411:
		c.stepX = 4
	case image.YCbCrSubsampleRatio410:
		c.stepX, c.stepY = 4, 2
	}
	b := img.Bounds()
	c.width, c.height = (b.Dx()+c.stepX-1)/c.stepX, (b.Dy()+c.stepY-1)/c.stepY
	c.cb, c.cr = make([]uint8, b.Dx()+1), make([]uint8, b.Dx()+1)
	c.mixed = make([]uint16, c.width)
	return c
}

// row implements rows.
func (c *chroma) row(dst []uint8, y int) {
	c.plane(c.cb, c.img.Cb, y)
	c.plane(c.cr, c.img.Cr, y)
	luma := c.img.Y[y*c.img.YStride:]
	for x := 0; 3*x < len(dst); x++ {
		d := dst[3*x:][:3]
		d[0], d[1], d[2] = c.convert(luma[x], c.cb[x], c.cr[x])
	}
}

// plane enlarges what row y needs of a colour plane. Half rounds up in every
// other sample only, so that it favours neither direction.
func (c *chroma) plane(dst, plane []uint8, y int) {
	row := func(y int) []uint8 {
		y = min(max(y, 0), c.height-1)
		return plane[y*c.img.CStride:][:c.width]
	}
	near := row(y / c.stepY)
	far := near
	if c.halfY {
		far = row(y/2 - 1 + 2*(y%2))
	}
	switch {
	case c.halfX && c.halfY:
		for x := range c.mixed {
			c.mixed[x] = 3*uint16(near[x]) + uint16(far[x])
		}
		widen(dst, c.mixed, 16, 8, 7)
	case c.halfX:
		for x := range c.mixed {
			c.mixed[x] = uint16(near[x])
		}
		widen(dst, c.mixed, 4, 1, 2)
	case c.halfY:
		for x := range near {
			dst[x] = uint8((3*int(near[x]) + int(far[x]) + 1 + y%2) / 4)
		}
	default:
		for x := range dst {
			dst[x] = near[min(x/c.stepX, c.width-1)]
		}
	}
}

// widen doubles a row: each pixel takes three parts of its sample and one of
// the next nearest, over unit parts in all, rounded by what is added to even
// and to odd pixels.
func widen(dst []uint8, src []uint16, unit, even, odd int) {
	last := len(src) - 1
	for x, v := range src {
		left, right := src[max(x-1, 0)], src[min(x+1, last)]
		dst[2*x] = uint8((3*int(v) + int(left) + even) / unit)
		dst[2*x+1] = uint8((3*int(v) + int(right) + odd) / unit)
	}
}

// fullToRGB converts the full levels that JPEG has, 0 to 255, by ITU-R BT.601.
// It rounds to the nearest, which color.YCbCrToRGB does not.
func fullToRGB(y, cb, cr uint8) (r, g, b uint8) {
	l, u, v := int(y)<<16, int(cb)-128, int(cr)-128 // in 1/2¹⁶
	return clip16(l + 91881*v), clip16(l - 22554*u - 46802*v), clip16(l + 116130*u)
}

// studioToRGB converts the video levels that WebP has, luma 16 to 235 and
// colour 16 to 240, by ITU-R BT.601.
func studioToRGB(y, cb, cr uint8) (r, g, b uint8) {
	l, u, v := 76309*(int(y)-16), int(cb)-128, int(cr)-128
	return clip16(l + 104597*v), clip16(l - 25675*u - 53279*v), clip16(l + 132201*u)
}

// clip16 rounds a number in 1/2¹⁶ to 8 bits.
func clip16(v int) uint8 { return uint8(min(max((v+1<<15)>>16, 0), 255)) }
