//go:build js && wasm

package main

import (
	"strconv"
	"strings"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
)

// diagram draws a row of boxes that both sources pass side by side: an SVG whose
// boxes are buttons.
type diagram struct {
	doc   document
	svg   *dom.BasicHTMLElement
	drawn []diagramBox
	boxes []js.Value
	notes []*text
}

// diagramBox is a box to draw.
type diagramBox struct {
	class        string // what it looks like
	label, voice string // what it says to eyes and to ears
	group        string // that it belongs to, written over the first of it
	length       int    // along the row, where that is horizontal
}

// Sizes in the SVG's own units, which are pixels where there is room.
const (
	boxBreadth  = 84  // across a horizontal row
	boxHeight   = 52  // along a vertical one
	columnWidth = 340 // of that
	boxGap      = 16
	groupHeight = 28
)

// newDiagram makes one of an SVG element. choose is told of the box that the
// visitor chooses.
func newDiagram(d document, id string, choose func(box int)) *diagram {
	c := &diagram{doc: d, svg: d.element(id)}
	chosen := func(e *dom.BasicEvent) (box int, on bool) {
		g, on := closest(e, "[data-box]")
		if !on {
			return 0, false
		}
		box, err := strconv.Atoi(g.Call("getAttribute", "data-box").String())
		return box, err == nil
	}
	listen(c.svg, "click", func(e *dom.BasicEvent) {
		if box, on := chosen(e); on {
			choose(box)
		}
	})
	listen(c.svg, "keydown", func(e *dom.BasicEvent) {
		box, on := chosen(e)
		if !on {
			return
		}
		next := box
		switch e.Get("key").String() {
		case "Enter", " ":
			e.PreventDefault()
			choose(box)
			return
		case "ArrowRight", "ArrowDown":
			next++
		case "ArrowLeft", "ArrowUp":
			next--
		default:
			return
		}
		e.PreventDefault()
		c.focus(next)
	})
	return c
}

// focus goes to a box, if it is there.
func (c *diagram) focus(box int) {
	if box >= 0 && box < len(c.boxes) {
		c.boxes[box].Call("focus")
	}
}

// draw replaces the boxes.
func (c *diagram) draw(boxes []diagramBox, vertical bool) {
	c.svg.Call("replaceChildren")
	c.drawn, c.boxes, c.notes = boxes, nil, nil
	all := c.add(c.svg.Value, "g", "all")
	length, top := -boxGap, 0
	for _, b := range boxes {
		length += boxGap + b.along(vertical)
		if b.group != "" {
			top = groupHeight
		}
	}
	width, height := length, top+boxBreadth
	if vertical {
		width, height = columnWidth, length
	}
	c.svg.SetAttribute("viewBox", "-3 -3 "+strconv.Itoa(width+6)+" "+strconv.Itoa(height+6))
	setProperty(c.svg, "--width", strconv.Itoa(width+6))
	toggle(c.svg, "vertical", vertical)

	for i, s := range sides {
		if across := (i + 1) * boxBreadth / 3; vertical {
			across = (i + 1) * columnWidth / 3
			c.add(all, "line", "lane", "data-of", s.word(), "x1", across, "x2", across, "y1", 0, "y2", length)
		} else {
			c.add(all, "line", "lane", "data-of", s.word(), "x1", 0, "x2", length, "y1", top+across, "y2", top+across)
		}
	}
	at, group := 0, ""
	for i, b := range boxes {
		g := c.add(all, "g", "box "+b.class, "data-box", i, "tabindex", 0)
		g.Call("setAttribute", "role", "button")
		along := b.along(vertical)
		if vertical {
			c.add(g, "rect", "", "x", 0, "y", at, "width", columnWidth, "height", along, "rx", 10)
			c.write(g, "label", b.label, boxGap, at+along/2+5)
			g.Call("append", " ") // its words are two
			c.notes = append(c.notes, c.write(g, "note", "", columnWidth-boxGap, at+along/2+5))
		} else {
			middle := at + along/2
			c.add(g, "rect", "", "x", at, "y", top, "width", along, "height", boxBreadth, "rx", 10)
			c.write(g, "label", b.label, middle, top+boxBreadth/2-4)
			g.Call("append", " ")
			c.notes = append(c.notes, c.write(g, "note", "", middle, top+boxBreadth/2+16))
			if b.group != group && b.group != "" {
				c.write(all, "group", b.group, at, top-12)
			}
		}
		group = b.group
		c.boxes = append(c.boxes, g)
		at += along + boxGap
	}
}

func (b diagramBox) along(vertical bool) int {
	if vertical {
		return boxHeight
	}
	return b.length
}

// note writes what is under a box's label, and makes it part of its name.
func (c *diagram) note(box int, words string) {
	c.notes[box].write(words)
	voice := strings.TrimSpace(c.drawn[box].voice + " " + words)
	c.boxes[box].Call("setAttribute", "aria-label", voice)
}

// mark shows which of the boxes is chosen, none where box is below 0.
func (c *diagram) mark(box int) {
	for i, g := range c.boxes {
		g.Call("setAttribute", "aria-pressed", boolean(i == box))
	}
}

// add appends an element of SVG. Attributes are names and numbers.
func (c *diagram) add(to js.Value, tag, class string, attributes ...any) js.Value {
	e := c.doc.Call("createElementNS", "http://www.w3.org/2000/svg", tag)
	if class != "" {
		e.Call("setAttribute", "class", class)
	}
	for i := 0; i < len(attributes); i += 2 {
		e.Call("setAttribute", attributes[i], attributes[i+1])
	}
	to.Call("append", e)
	return e
}

// write appends words.
func (c *diagram) write(to js.Value, class, words string, x, y int) *text {
	t := &text{wrap(c.add(to, "text", class, "x", x, "y", y)), ""}
	t.write(words)
	return t
}
