package baseline

import (
	"tcmoa/core"
	"tcmoa/metrics/internal/rows"
)

// layers is a picture in planes of values in [0, 1]: its luminance, or its red,
// green and blue.
type layers struct {
	width, height int
	planes        [][]float32
}

// What newLayers reads of a picture.
const (
	luminance = 1
	rgb       = 3
)

func newLayers(p core.Picture, channels int) *layers {
	width, height := p.Size()
	l := &layers{width: width, height: height, planes: make([][]float32, channels)}
	for c := range l.planes {
		l.planes[c] = make([]float32, width*height)
	}
	rows.Each(height, func(y0, y1 int) {
		line := make([]float32, 3*width)
		for y := y0; y < y1; y++ {
			p.ReadRow(line, y, 0, width)
			for x := range width {
				i, v := y*width+x, line[3*x:][:3]
				if channels == luminance {
					l.planes[0][i] = luma(v[0], v[1], v[2])
				} else {
					l.planes[0][i], l.planes[1][i], l.planes[2][i] = v[0], v[1], v[2]
				}
			}
		}
	})
	return l
}

// luminance is the plane of luminances; it may be one of the picture's planes.
func (l *layers) luminance() []float32 {
	if len(l.planes) == luminance {
		return l.planes[0]
	}
	plane := make([]float32, len(l.planes[0]))
	for i := range plane {
		plane[i] = luma(l.planes[0][i], l.planes[1][i], l.planes[2][i])
	}
	return plane
}

// write hands out the three planes.
func (l *layers) write(out core.Canvas) {
	line := make([]float32, 3*l.width)
	for y := range l.height {
		for x := range l.width {
			for c, plane := range l.planes {
				line[3*x+c] = min(max(plane[y*l.width+x], 0), 1)
			}
		}
		out.WriteRow(y, line, nil)
	}
}

// writeIn hands out the luminance in the chroma of a picture.
func (l *layers) writeIn(chroma core.Picture, out core.Canvas) {
	line := make([]float32, 3*l.width)
	for y := range l.height {
		chroma.ReadRow(line, y, 0, l.width)
		for x := range l.width {
			v := line[3*x:][:3]
			v[0], v[1], v[2] = tint(l.planes[0][y*l.width+x], v[0], v[1], v[2])
		}
		out.WriteRow(y, line, nil)
	}
}
