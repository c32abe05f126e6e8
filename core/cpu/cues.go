package cpu

import "tcmoa/core"

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
		for i, v := range grey[(first-top+1)*wide:][:size] {
			if k == 0 {
				c.brightness[i] = v
			} else {
				c.brightness[i] -= v
			}
		}
		activity := laplacian(s, grey, wide)
		fine[k], coarse[k] = next(), next()
		b.mean(fine[k], activity, top, core.DetailFineRadius)
		b.mean(coarse[k], activity, top, core.DetailRadius)
	}
	c.fine, c.activity = relative(fine), relative(coarse)
	return c
}

// relative is (E_a - E_b)/(E_a + E_b + floor), in place of E_a.
func relative(e [2][]float32) []float32 {
	for i, a := range e[0] {
		b := e[1][i]
		e[0][i] = (a - b) / (a + b + core.DetailFloor)
	}
	return e[0]
}

// grey is the mean of a source's channels on the lines [top, bottom); a line outside
// the tile is its nearest inside.
func (p *pass) grey(s *scratch, source []float32, top, bottom int) []float32 {
	wide, high := p.w*p.cfg.Patch, p.h*p.cfg.Patch
	plane := wide * high
	grey := s.buf(3, (bottom-top)*wide)
	for y := top; y < bottom; y++ {
		at := min(max(y, 0), high-1) * wide
		r, g, b := source[at:][:wide], source[plane+at:][:wide], source[2*plane+at:][:wide]
		out := grey[(y-top)*wide:][:wide]
		for x := range out {
			out[x] = (r[x] + g[x] + b[x]) / 3
		}
	}
	return grey
}

// laplacian is |Δ grey| of all lines but the first and the last.
func laplacian(s *scratch, grey []float32, wide int) []float32 {
	lines := len(grey)/wide - 2
	out := s.buf(4, lines*wide)
	for i := range lines {
		up, here, down := grey[i*wide:][:wide], grey[(i+1)*wide:][:wide], grey[(i+2)*wide:][:wide]
		line := out[i*wide:][:wide]
		for x, v := range here {
			left, right := here[max(x-1, 0)], here[min(x+1, wide-1)]
			d := float32(4*v) - (up[x] + down[x] + left + right)
			line[x] = max(d, -d)
		}
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
	for y := from; y < to; y++ {
		boxLine(rows[(y-from)*b.wide:][:b.wide], src[(y-top)*b.wide:][:b.wide], radius)
	}
	sums := b.sums(b.wide)
	row := func(y int) []float32 { return rows[(y-from)*b.wide:][:b.wide] }
	for y := from; y < min(b.first+radius, to); y++ {
		for x, v := range row(y) {
			sums[x] += float64(v)
		}
	}
	for y := b.first; y < b.end; y++ {
		if in := y + radius; in < to {
			for x, v := range row(in) {
				sums[x] += float64(v)
			}
		}
		share := 1 / float64(min(y+radius, b.high-1)-max(y-radius, 0)+1)
		out := dst[(y-b.first)*b.wide:][:b.wide]
		for x, v := range sums {
			out[x] = float32(v * share)
		}
		if gone := y - radius; gone >= from {
			for x, v := range row(gone) {
				sums[x] -= float64(v)
			}
		}
	}
}

// boxLine is the mean along a line.
func boxLine(dst, src []float32, radius int) {
	n := len(src)
	var sum float64
	for _, v := range src[:min(radius, n)] {
		sum += float64(v)
	}
	for x := range dst {
		if x+radius < n {
			sum += float64(src[x+radius])
		}
		dst[x] = float32(sum / float64(min(x+radius, n-1)-max(x-radius, 0)+1))
		if x >= radius {
			sum -= float64(src[x-radius])
		}
	}
}
