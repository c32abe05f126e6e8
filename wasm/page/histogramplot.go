//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"honnef.co/go/js/dom/v2"
)

// histogramPlot draws how often the luminances 0 to 255 are in both sources and
// in the fused picture, and says in figures what one reads off it: what is lost
// in black and in white.
type histogramPlot struct {
	root   *dom.BasicHTMLElement
	curves [3]*dom.BasicHTMLElement // first, second, fused
	names  [3]*text
	dark   [3]*text
	light  [3]*text
	mean   [3]*text
	drawn  [3]*float64 // the counts on show, by their address
}

// The plot's size, in the units of its SVG element in index.html.
const (
	plotWidth  = 256
	plotHeight = 96
)

func newHistogramPlot(d document) *histogramPlot {
	p := &histogramPlot{root: d.element("histogram")}
	for i, name := range []string{"first", "second", "fused"} {
		p.curves[i] = d.element("curve-" + name)
		p.names[i] = d.text("histogram-" + name)
		p.dark[i] = d.text("dark-" + name)
		p.light[i] = d.text("light-" + name)
		p.mean[i] = d.text("mean-" + name)
	}
	return p
}

func (p *histogramPlot) draw(s *state) {
	m := s.measures
	counts := [3][]float64{m.histograms[first], m.histograms[second]}
	if c := m.column(network); c != nil {
		counts[2] = c.counts
	}
	setHidden(p.root, counts[2] == nil)
	if counts[2] == nil {
		return
	}
	t := s.result.task
	for i, name := range []string{t.part(first), t.part(second), say("Fused")} {
		p.names[i].write(name)
		p.describe(i, counts[i])
	}
	var drawn [3]*float64
	for i := range counts {
		drawn[i] = &counts[i][0]
	}
	if p.drawn == drawn {
		return
	}
	p.drawn = drawn
	top := ceiling(counts)
	for i, c := range counts {
		p.curves[i].SetAttribute("d", outline(c, top))
	}
}

// Luminances that show next to nothing any more.
const (
	nearBlack = 5
	nearWhite = 250
)

// describe writes one picture's row.
func (p *histogramPlot) describe(i int, counts []float64) {
	var all, dark, light, mean float64
	for level, n := range counts {
		all += n
		mean += float64(level) * n
		if level < nearBlack {
			dark += n
		}
		if level > nearWhite {
			light += n
		}
	}
	p.dark[i].write(number(100*dark/all, 1) + " %")
	p.light[i].write(number(100*light/all, 1) + " %")
	p.mean[i].write(number(mean/all, 0))
}

// ceiling is the highest count of all but of black and white, which in a
// clipped picture would press everything else to the ground.
func ceiling(all [3][]float64) float64 {
	top := 1.0
	for _, counts := range all {
		for _, n := range counts[nearBlack : nearWhite+1] {
			top = max(top, n)
		}
	}
	return top
}

// outline is the path of a histogram's area.
func outline(counts []float64, top float64) string {
	var path strings.Builder
	path.WriteString("M0 " + strconv.Itoa(plotHeight))
	for level, n := range counts {
		y := plotHeight * (1 - min(n/top, 1))
		path.WriteString("L" + strconv.Itoa(level*plotWidth/(len(counts)-1)) + " " + strconv.FormatFloat(y, 'f', 1, 64))
	}
	path.WriteString("L" + strconv.Itoa(plotWidth) + " " + strconv.Itoa(plotHeight) + "Z")
	return path.String()
}
