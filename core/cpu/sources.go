package cpu

import (
	"tcmoa/core"
)

var mean, std = core.PixelMean, core.PixelStd

// readSources copies the tile of both pictures and normalises it.
func (p *pass) readSources() {
	h, w := p.in.Tile.Dy(), p.in.Tile.Dx()
	pictures := [2]core.Picture{p.in.A, p.in.B}
	p.sources = [2][]float32{p.alloc(3 * h * w), p.alloc(3 * h * w)}
	const strip = 64 // rows
	strips := (h + strip - 1) / strip
	p.each(2*strips, func(_ *scratch, i int) {
		s, from := i/strips, i%strips*strip
		to := min(from+strip, h)
		px := p.sources[s]
		core.ReadTileRows(px, pictures[s], p.in.Tile, from, to)
		for c := range 3 {
			rows := px[(c*h+from)*w : (c*h+to)*w]
			for i, v := range rows {
				rows[i] = (v - mean[c]) / std[c]
			}
		}
	})
}

// toPixels undoes the normalisation, clips, and averages the upsampled pixels
// of each source pixel, in the part of the tile that the pass computes.
func (p *pass) toPixels(px []float32) []float32 {
	up := p.cfg.Upsample
	h, w := p.in.Tile.Dy(), p.in.Tile.Dx()
	lines := p.rows.times(p.cfg.Cell())
	rgb := make([]float32, 3*lines.length()*w)
	p.eachRow(lines, func(_ *scratch, y int) {
		for c := range 3 {
			row := rgb[(c*lines.length()+y-lines.from)*w:][:w]
			for dy := range up {
				src := px[(c*h*up+y*up+dy)*w*up:][:w*up]
				for i, v := range src {
					row[i/up] += core.Clip(float32(v*std[c]) + mean[c])
				}
			}
			if up > 1 {
				for i := range row {
					row[i] /= float32(up * up)
				}
			}
		}
	})
	return rgb
}

// stripe writes the P rows of upsampled pixels under token row r of a source,
// 3×P×(w·P).
func (p *pass) stripe(dst, src []float32, r int) {
	up, patch := p.cfg.Upsample, p.cfg.Patch
	h, w := p.in.Tile.Dy(), p.in.Tile.Dx()
	wide := w * up
	for c := range 3 {
		plane := src[c*h*w:][:h*w]
		for dy := range patch {
			out := dst[(c*patch+dy)*wide:][:wide]
			y := r*patch + dy
			if up == 1 {
				copy(out, plane[y*w:][:w])
				continue
			}
			y0, y1, fy := core.LinearTap(y, h*up, h)
			above, below := plane[y0*w:][:w], plane[y1*w:][:w]
			for x := range out {
				x0, x1, fx := core.LinearTap(x, wide, w)
				top := core.Lerp(above[x0], above[x1], fx)
				bottom := core.Lerp(below[x0], below[x1], fx)
				out[x] = core.Lerp(top, bottom, fy)
			}
		}
	}
}
