package cpu

import (
	"tcmoa/core"
	"tcmoa/core/cpu/kernel"
)

// Embed implements core.Pass.
func (p *pass) Embed(w *core.PatchEmbed, pos *core.Table) core.Activation {
	z := p.alloc(2 * p.n * w.Width)
	m, bias := of(w.Weight).matrix(), vector(w.Bias)
	patch, k := w.Patch, 3*w.Patch*w.Patch
	p.eachStream(p.h, func(s *scratch, stream, r int) {
		wide := p.w * patch
		strip := s.buf(0, 3*patch*wide)
		p.stripe(strip, p.sources[stream], r)
		rows := s.buf(1, p.w*k)
		for j := range p.w {
			for line := range 3 * patch { // channel and row in the patch
				copy(rows[j*k+line*patch:][:patch], strip[line*wide+j*patch:])
			}
		}
		out := z[(stream*p.n+r*p.w)*w.Width:][:p.w*w.Width]
		m.multiply(out, rows, p.w, bias, s)
		addPositions(out, pos, r)
	})
	return z
}

// addPositions adds the position table to the tokens of grid row r.
func addPositions(row []float32, pos *core.Table, r int) {
	table := pos.Values[r%pos.Rows*pos.Cols*pos.Dim:][:pos.Cols*pos.Dim]
	for start := 0; start < len(row); start += len(table) {
		kernel.Add(row[start:min(start+len(table), len(row))], table)
	}
}

// Project implements core.Pass.
func (p *pass) Project(z core.Activation, w *core.Linear, pos *core.Table) core.Activation {
	src := z.([]float32)
	out := p.alloc(2 * p.n * w.Out)
	m, bias := of(w.Weight).matrix(), vector(w.Bias)
	p.eachStream(p.h, func(s *scratch, stream, r int) {
		at := (stream*p.h + r) * p.w
		row := out[at*w.Out:][:p.w*w.Out]
		m.multiply(row, src[at*w.In:][:p.w*w.In], p.w, bias, s)
		addPositions(row, pos, r)
	})
	return out
}
