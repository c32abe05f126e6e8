package imagefile

import (
	"fmt"
	"image"
	"image/color"
)

// rows gives the samples of row y of a decoded file, one a pixel or three.
type rows[T sample] func(dst []T, y int)

// pack turns a decoded picture upright and into straight samples. The format
// tells what YCbCr means.
func pack(img image.Image, format string, o placement) (*Picture, error) {
	b := img.Bounds()
	p := &Picture{channels: 3}
	switch img := img.(type) {
	case *image.Gray:
		p.channels = 1
		pack8(p, b, o, func(dst []uint8, y int) { copy(dst, img.Pix[y*img.Stride:]) })
	case *image.Gray16:
		p.channels = 1
		pack16(p, b, o, func(dst []uint16, y int) {
			for x := range dst {
				dst[x] = word(img.Pix[y*img.Stride+2*x:])
			}
		})
	case *image.Paletted:
		pack8(p, b, o, paletted(img))
	case *image.YCbCr:
		pack8(p, b, o, newChroma(img, format).row)
	case *image.NYCbCrA:
		pack8(p, b, o, newChroma(&img.YCbCr, format).row)
	case *image.CMYK:
		pack8(p, b, o, func(dst []uint8, y int) {
			for x := 0; 3*x < len(dst); x++ {
				s, d := img.Pix[y*img.Stride+4*x:][:4], dst[3*x:][:3]
				d[0], d[1], d[2] = color.CMYKToRGB(s[0], s[1], s[2], s[3])
			}
		})
	case *image.NRGBA:
		pack8(p, b, o, func(dst []uint8, y int) {
			for x := 0; 3*x < len(dst); x++ {
				copy(dst[3*x:3*x+3], img.Pix[y*img.Stride+4*x:])
			}
		})
	case *image.RGBA:
		pack8(p, b, o, func(dst []uint8, y int) {
			for x := 0; 3*x < len(dst); x++ {
				s, d := img.Pix[y*img.Stride+4*x:][:4], dst[3*x:][:3]
				if copy(d, s); s[3] < 255 {
					c := color.NRGBAModel.Convert(color.RGBA{s[0], s[1], s[2], s[3]}).(color.NRGBA)
					d[0], d[1], d[2] = c.R, c.G, c.B
				}
			}
		})
	case *image.NRGBA64:
		pack16(p, b, o, func(dst []uint16, y int) {
			for x := 0; 3*x < len(dst); x++ {
				s, d := img.Pix[y*img.Stride+8*x:], dst[3*x:][:3]
				d[0], d[1], d[2] = word(s), word(s[2:]), word(s[4:])
			}
		})
	case *image.RGBA64:
		pack16(p, b, o, func(dst []uint16, y int) {
			for x := 0; 3*x < len(dst); x++ {
				s, d := img.Pix[y*img.Stride+8*x:], dst[3*x:][:3]
				d[0], d[1], d[2] = word(s), word(s[2:]), word(s[4:])
				if a := word(s[6:]); a < 65535 {
					c := color.NRGBA64Model.Convert(color.RGBA64{d[0], d[1], d[2], a}).(color.NRGBA64)
					d[0], d[1], d[2] = c.R, c.G, c.B
				}
			}
		})
	default:
		return nil, fmt.Errorf("the picture's pixels are of a kind that cannot be read (%T)", img)
	}
	return p, nil
}

// word is a sample of 16 bits as the image package keeps it.
func word(p []uint8) uint16 { return uint16(p[0])<<8 | uint16(p[1]) }

func pack8(p *Picture, b image.Rectangle, o placement, read rows[uint8]) {
	p.bytes = make([]uint8, p.channels*b.Dx()*b.Dy())
	p.width, p.height = turn(p.bytes, p.channels, b.Dx(), b.Dy(), o, read)
}

func pack16(p *Picture, b image.Rectangle, o placement, read rows[uint16]) {
	p.words = make([]uint16, p.channels*b.Dx()*b.Dy())
	p.width, p.height = turn(p.words, p.channels, b.Dx(), b.Dy(), o, read)
}

// paletted reads the rows of a picture with a palette. An index beyond the
// palette, which a damaged file may have, is black.
func paletted(img *image.Paletted) rows[uint8] {
	var palette [256][3]uint8
	for i, c := range img.Palette {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		palette[i] = [3]uint8{n.R, n.G, n.B}
	}
	return func(dst []uint8, y int) {
		for x := 0; 3*x < len(dst); x++ {
			copy(dst[3*x:], palette[img.Pix[y*img.Stride+x]][:])
		}
	}
}
