//go:build js && wasm

package main

import (
	"strconv"

	"honnef.co/go/js/dom/v2"
)

// grid is the body of a table whose rows the data decide. Rows stay where they
// are and get other words, so that none loses the focus.
type grid struct {
	doc    document
	body   *dom.BasicHTMLElement
	rows   []*gridRow
	choose func(row int) // nil where rows cannot be chosen
}

// gridRow is a row. Its first cell is its heading, which a press can choose.
type gridRow struct {
	root   *dom.BasicHTMLElement
	button *dom.BasicHTMLElement // nil: it cannot be chosen
	cells  []*text
}

// newGrid makes one of a table's body. Where choose is not nil, it is told of the
// row that the visitor chooses.
func newGrid(d document, id string, choose func(row int)) *grid {
	g := &grid{doc: d, body: d.element(id), choose: choose}
	if choose != nil {
		listen(g.body, "click", func(e *dom.BasicEvent) {
			if button, ok := closest(e, "button"); ok {
				choose(atoi(button.Get("value").String()))
			}
		})
	}
	return g
}

// resize makes as many rows as wanted.
func (g *grid) resize(rows int) {
	if len(g.rows) == rows {
		return
	}
	removeChildren(g.body)
	g.rows = nil
	for i := range rows {
		row := &gridRow{root: g.doc.make("tr", "", "")}
		head := g.doc.make("th", "", "")
		head.SetAttribute("scope", "row")
		row.root.AppendChild(head)
		if g.choose != nil {
			row.button = g.doc.make("button", "", "")
			row.button.SetAttribute("type", "button")
			row.button.SetAttribute("value", strconv.Itoa(i))
			head.AppendChild(row.button)
			head = row.button
		}
		row.cells = []*text{{head, ""}}
		g.body.AppendChild(row.root)
		g.rows = append(g.rows, row)
	}
}

// write gives a row its words, and says whether it is the one that counts here.
func (r *gridRow) write(here bool, words ...string) {
	for len(r.cells) < len(words) {
		cell := wrap(r.root.Call("insertCell"))
		r.cells = append(r.cells, &text{cell, ""})
	}
	for i, w := range words {
		r.cells[i].write(w)
	}
	toggle(r.root, "here", here)
	if r.button != nil {
		r.button.SetAttribute("aria-pressed", boolean(here))
	}
}
