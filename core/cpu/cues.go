package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// cues are what two-scale blending measures in the sources (core.TwoScaleOutputs), for
// some lines of a tile; wide values a line.
type cues struct {
	means                      [2][3][]float32 // ā, b̄ by channel
	fine, activity, brightness []float32       // ρ_F, ρ_R, δ
	first, wide                int             // the first line, and the length of one
}

// line gives the part of a plane that is line y's.
func (c *cues) line(plane []float32, y int) []float32 {
	return plane[(y-c.first)*c.wide:][:c.wide]
}

// cues computes the cues of the lines [first, end).
func (p *pass) cues(s *scratch, first, end int) *cues {
	wide, high := p.w*p.cfg.Patch, p.h*p.cfg.Patch
	size := (end - first) * wide
	c := &s.cues
	c.first, c.wide = first, wide
	room := s.buf(2, 11*size)
	next := func() []float32 {
		plane := room[:size:size]
		room = room[size:]
		return plane
	}
	b := boxFilter{wide: wide, high: high, first: first, end: end, scratch: s}
	top, bottom := max(first-core.DetailRadius, 0), min(end+core.DetailRadius, high)
	var fine, coarse [2][]float32
	c.brightness = next()
	for k, source := range p.sources {
		for ch := range c.means[k] {
			c.means[k][ch] = next()
			b.mean(c.means[k][ch], source[ch*wide*high:], 0, core.DetailRadius)
		}
		grey := p.grey(s, source, top-1, bottom+1)
		if here := grey[(first-top+1)*wide:]; k == 0 {
			copy(c.brightness, here)
		} else {
			kernel.Mix(c.brightness, c.brightness, here, 1, -1)
		}
		activity := laplacian(s, grey, wide)
		fine[k], coarse[k] = next(), next()
		b.mean(fine[k], activity, top, core.DetailFineRadius)
		b.mean(coarse[k], activity, top, core.DetailRadius)
	}
	kernel.Contrast(fine[0], fine[1], core.DetailFloor)
	kernel.Contrast(coarse[0], coarse[1], core.DetailFloor)
	c.fine, c.activity = fine[0], coarse[0]
	return c
}

// grey is the mean of a source's channels on the lines [top, bottom); a line outside
// the tile is its nearest inside.
func (p *pass) grey(s *scratch, source []float32, top, bottom int) []float32 {
	wide, high := p.w*p.cfg.Patch, p.h*p.cfg.Patch
	plane := wide * high
	grey := s.buf(3, (bottom-top)*wide)
	for y := top; y < bottom; y++ {
		at := min(max(y, 0), high-1) * wide
		kernel.Grey(grey[(y-top)*wide:][:wide], source[at:], source[plane+at:], source[2*plane+at:])
	}
	return grey
}

// laplacian is |Δ grey| of all lines but the first and the last.
func laplacian(s *scratch, grey []float32, wide int) []float32 {
	lines := len(grey)/wide - 2
	out := s.buf(4, lines*wide)
	for i := range lines {
		kernel.Laplacian(out[i*wide:][:wide], grey[i*wide:], grey[(i+1)*wide:], grey[(i+2)*wide:])
	}
	return out
}

// boxFilter takes means over squares, for the lines [first, end) of planes of
// wide×high. Its sums run in float64, whose rounding is lost in that of the
// result, and start anew with every call: what it computes depends on first and end
// in no bit that matters, and on the number of workers in none.
type boxFilter struct {
	wide, high, first, end int
	*scratch
}

// mean writes the mean of the square of a radius around every pixel, of the pixels inside
// the plane. src begins with line top.
func (b boxFilter) mean(dst, src []float32, top, radius int) {
	from, to := max(b.first-radius, 0), min(b.end+radius, b.high)
	rows := b.buf(0, (to-from)*b.wide)
	row := func(y int) []float32 { return rows[(y-from)*b.wide:][:b.wide] }
	for y := from; y < to; y++ {
		kernel.BoxLine(row(y), src[(y-top)*b.wide:], radius)
	}
	sums := b.sums(b.wide)
	for y := from; y < min(b.first+radius, to); y++ {
		kernel.BoxStep(nil, sums, row(y), nil, 0)
	}
	for y := b.first; y < b.end; y++ {
		var in, gone []float32
		if y+radius < to {
			in = row(y + radius)
		}
		if y-radius >= from {
			gone = row(y - radius)
		}
		share := 1 / float64(min(y+radius, b.high-1)-max(y-radius, 0)+1)
		kernel.BoxStep(dst[(y-b.first)*b.wide:], sums, in, gone, share)
	}
}
