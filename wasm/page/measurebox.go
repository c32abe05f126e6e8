//go:build js && wasm

package main

import (
	"strings"

	"honnef.co/go/js/dom/v2"
)

// measureBox is the part of the workbench with the figures of a fusion, beside
// those of the classical methods.
type measureBox struct {
	page             *page
	doc              document
	run, all, cancel *dom.HTMLButtonElement
	progress         *dom.BasicHTMLElement
	note, failure    *text
	findings         *dom.BasicHTMLElement
	summary          *text
	head, body       *dom.BasicHTMLElement
	histogram        *histogramPlot

	cells    map[*column][]*text // of the table as it is, in the order of metrics
	language string              // that it is written in
}

func newMeasureBox(d document, p *page) *measureBox {
	b := &measureBox{
		page:      p,
		doc:       d,
		run:       d.button("measure-run"),
		all:       d.button("measure-all"),
		cancel:    d.button("measure-cancel"),
		progress:  d.element("measure-progress"),
		note:      d.text("measure-note"),
		failure:   d.text("error-measures"),
		findings:  d.element("findings"),
		summary:   d.text("figures-summary"),
		head:      d.element("figures-head"),
		body:      d.element("figures-body"),
		histogram: newHistogramPlot(d),
	}
	listen(b.run, "click", func(*dom.BasicEvent) { b.ask(network) })
	listen(b.all, "click", func(*dom.BasicEvent) { b.ask(append([]*method{network}, classics...)...) })
	listen(b.cancel, "click", func(*dom.BasicEvent) {
		p.cancelMeasures()
		b.run.Focus() // the button is gone
	})
	listen(b.head, "click", func(e *dom.BasicEvent) {
		if button, ok := closest(e, "button"); ok {
			p.showClassic(classic(button.Get("value").String()))
			p.stage.reveal()
		}
	})
	return b
}

// ask measures what it can: a button that cannot do anything stays focusable,
// and the note beside it says what is missing.
func (b *measureBox) ask(methods ...*method) {
	if b.page.stage.holds(&b.page.state) {
		b.page.measure(methods...)
	}
}

func (b *measureBox) render(s *state) {
	m := s.measures
	m.forget(s.result)
	ready, busy := b.page.stage.holds(s), len(m.jobs) > 0
	fused := s.result != nil && !s.result.recorded
	b.run.SetAttribute("aria-disabled", boolean(!ready))
	b.all.SetAttribute("aria-disabled", boolean(!ready))
	setHidden(b.cancel, !busy)
	setHidden(b.progress, !busy)
	b.progress.Set("value", 100*m.progress())
	b.note.write(m.note(fused, ready))
	b.failure.write(sentence(m.failure))
	columns := m.measured()
	setHidden(b.findings, len(columns) == 0 || !fused)
	if len(columns) == 0 {
		return
	}
	if b.outdated(columns) {
		b.build(columns)
	}
	b.fill(columns)
	b.summary.write(m.summary())
	b.histogram.draw(s)
}

// forget drops the figures of a fusion that another has replaced.
func (m *measures) forget(now *result) {
	if m.of == nil || m.of == now {
		return
	}
	m.of = nil
	if m.isAsked(job{network, true}) {
		m.ended()
	}
	m.drop(network)
}

// note says what is at work, or what the figures are about.
func (m *measures) note(fused, ready bool) string {
	switch {
	case !fused:
		return say("Fuse a pair first.")
	case len(m.jobs) > 0 && m.worker == nil || len(m.jobs) > 0 && m.width == 0:
		return say("The program that measures is on its way …")
	case len(m.jobs) > 0 && m.jobs[0].figures:
		return say("Measuring: {method}, {share}.", say(m.jobs[0].method.title), percent(m.progress()))
	case len(m.jobs) > 0:
		return say("Computing: {method}.", say(m.jobs[0].method.title))
	case !ready:
		return say("The result is on its way.")
	case m.of != nil && m.width < m.of.width:
		return say("Measured on copies of {size} pixels, since the slower figures would take minutes on more.", dimensions(m.width, m.height))
	case m.of != nil:
		return say("Measured on this device, at full size.")
	default:
		return ""
	}
}

// outdated tells whether the table has other columns, or another language.
func (b *measureBox) outdated(columns []*column) bool {
	if b.language != language() || len(b.cells) != len(columns) {
		return true
	}
	for _, c := range columns {
		if b.cells[c] == nil {
			return true
		}
	}
	return false
}

// build makes the table, without its values.
func (b *measureBox) build(columns []*column) {
	b.language = language()
	b.cells = map[*column][]*text{}
	b.head.SetTextContent("")
	b.body.SetTextContent("")
	corner := b.doc.make("th", "", say("Figure"))
	corner.SetAttribute("scope", "col")
	b.head.AppendChild(corner)
	for _, c := range columns {
		th := b.doc.make("th", "", "")
		th.SetAttribute("scope", "col")
		if c.method == network {
			th.SetTextContent(say(c.method.title))
		} else {
			th.AppendChild(b.showButton(c.method))
		}
		b.head.AppendChild(th)
	}
	for _, metric := range metrics {
		row := b.doc.make("tr", "", "")
		th := b.doc.make("th", "", "")
		th.SetAttribute("scope", "row")
		label := b.doc.make("div", "name", "")
		name := b.doc.make("b", "", metric.name)
		name.SetAttribute("translate", "no")
		label.AppendChild(name)
		title := say(metric.title)
		if metric.lower {
			title = say("{title}; the lower the better", title)
		}
		label.AppendChild(b.doc.make("span", "", title))
		th.AppendChild(label)
		row.AppendChild(th)
		for _, c := range columns {
			cell := b.doc.make("td", "", "")
			b.cells[c] = append(b.cells[c], &text{BasicHTMLElement: cell})
			row.AppendChild(cell)
		}
		b.body.AppendChild(row)
	}
}

// showButton leads from a method's figures to its picture.
func (b *measureBox) showButton(by *method) *dom.BasicHTMLElement {
	button := b.doc.make("button", "", say(by.title))
	button.SetAttribute("type", "button")
	button.SetAttribute("value", by.name)
	button.SetAttribute("aria-label", say("{method}: show its picture in the viewer", say(by.title)))
	return button
}

func (b *measureBox) fill(columns []*column) {
	for _, c := range columns {
		for i, cell := range b.cells[c] {
			best := metrics[i].best(c, columns)
			cell.write(c.spell(metrics[i], best))
			toggle(cell.BasicHTMLElement, "best", best)
		}
	}
}

// spell is a value with about four digits; a star marks a row's best.
func (c *column) spell(m *metric, best bool) string {
	v, known := c.values[m.name]
	switch {
	case !known && c.counts != nil:
		return say("too small") // a picture
	case !known:
		return ""
	}
	digits := 1
	if v < 10 && v > -10 {
		digits = 3
	} else if v < 100 && v > -100 {
		digits = 2
	}
	if best {
		return "★ " + number(v, digits)
	}
	return number(v, digits)
}

// summary counts who is best how often, once there is something to compare.
func (m *measures) summary() string {
	var shares []string
	for _, c := range m.columns {
		n := 0
		for _, metric := range metrics {
			if metric.best(c, m.columns) {
				n++
			}
		}
		if n > 0 {
			shares = append(shares, say("{method} {n}", say(c.method.title), n))
		}
	}
	if len(shares) == 0 {
		return ""
	}
	return say("★ marks the best of a row. How often: {methods}. No figure sees as an eye does; they often disagree.", strings.Join(shares, ", "))
}
