package cpu

import "tcmoa/core"

// span is a range of numbers: from, and up to but without to.
type span struct{ from, to int }

func (s span) length() int { return s.to - s.from }

// times is the span in a finer unit, of which s's has n.
func (s span) times(n int) span { return span{s.from * n, s.to * n} }

// Take implements core.Divisible.
func (p *pass) Take(h core.Half) {
	p.streams = span{int(h), int(h) + 1}
	p.rows.from, p.rows.to = h.Rows(p.h)
}

// Streams implements core.Divisible.
func (p *pass) Streams(width int) core.Activation { return p.alloc(2 * p.n * width) }

// Values implements core.Divisible.
func (p *pass) Values(a core.Activation) []float32 { return Values(a) }

// eachStream calls fn for every i < n of every stream that the pass computes.
func (p *pass) eachStream(n int, fn func(s *scratch, stream, i int)) {
	p.each(p.streams.length()*n, func(s *scratch, i int) { fn(s, p.streams.from+i/n, i%n) })
}

// eachRow calls fn for every row of a span: of tokens, of strips or of pixels.
func (p *pass) eachRow(rows span, fn func(s *scratch, row int)) {
	p.each(rows.length(), func(s *scratch, i int) { fn(s, rows.from+i) })
}
