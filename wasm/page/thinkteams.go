//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"honnef.co/go/js/dom/v2"
)

// teamPlot is the map of the experts that every patch chose.
type teamPlot struct {
	*plot
	doc         document
	name, stats *text
	list        *dom.BasicHTMLElement
	of          []int // which team each token chose
	items       []*dom.BasicHTMLElement
	marked      int
}

func newTeamPlot(d document) *teamPlot {
	return &teamPlot{
		plot: newPlot(wrap(d.element("values-experts").Get("parentElement"))),
		doc:  d, name: d.text("map-name-experts"), stats: d.text("map-stats-experts"), list: d.element("teams"),
	}
}

func (pl *teamPlot) show(g *prompts, r *route) {
	teams, of := r.teams()
	pl.of = of
	pl.paint(g.cols, g.rows, func(i int) [4]byte { return teamColour(of[i]) })
	pl.name.write(say("Experts chosen"))
	pl.stats.write(plural(len(teams), "{n} choice occurs, of {experts} experts.", "{n} choices occur, of {experts} experts.", r.experts()))
	removeChildren(pl.list)
	pl.items, pl.marked = nil, -1
	for i, t := range teams {
		item := pl.doc.make("li", "", "")
		swatch := pl.doc.make("span", "swatch", "")
		swatch.SetAttribute("aria-hidden", "true")
		setProperty(swatch, "--colour", css(teamColour(i)))
		item.AppendChild(swatch)
		item.AppendChild(pl.doc.make("span", "", t.name()))
		item.AppendChild(pl.doc.make("span", "share", share(float64(t.tokens)/float64(len(of)))))
		pl.list.AppendChild(item)
		pl.items = append(pl.items, item)
	}
}

// mark points out the choice of a token.
func (pl *teamPlot) mark(token int) {
	at := pl.of[token]
	if at == pl.marked {
		return
	}
	for i, item := range pl.items {
		toggle(item, "here", i == at)
	}
	pl.marked = at
}

// name is the numbers of a team's experts: 1 + 4.
func (t team) name() string {
	var numbers []string
	for _, e := range t.experts {
		numbers = append(numbers, strconv.Itoa(e+1))
	}
	return strings.Join(numbers, " + ")
}

// share is a percentage with its sign.
func share(fraction float64) string { return number(100*fraction, 1) + " %" }
