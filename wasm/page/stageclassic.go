//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// classicPicture is the layer of the stage that a classical method's picture
// takes, and the choice of the method.
type classicPicture struct {
	page   *page
	canvas *dom.HTMLCanvasElement
	choice *dom.BasicHTMLElement // a <select>
	note   *text
	drawn  *column
}

func newClassicPicture(d document, p *page) *classicPicture {
	c := &classicPicture{page: p, canvas: d.canvas("classic"), choice: d.element("classic-method"), note: d.text("classic-note")}
	p.classic = classic(c.choice.Get("value").String())
	listen(c.choice, "change", func(*dom.BasicEvent) { p.showClassic(classic(c.choice.Get("value").String())) })
	return c
}

// show has the picture of the chosen method on the canvas, or asks for it. ready
// tells whether it is there.
func (c *classicPicture) show(s *state) (ready bool) {
	wanted := s.view == againstClassic && s.result != nil
	setHidden(c.choice, !wanted)
	c.choice.Set("value", s.classic.name)
	if !wanted {
		c.note.write("")
		return false
	}
	column := s.measures.column(s.classic)
	if column == nil || !column.bitmap.Truthy() {
		c.page.wantClassic(s.classic)
		if column != nil && column.failed {
			c.note.write(sentence(s.measures.failure))
		} else {
			c.note.write(say("Computing …"))
		}
		return false
	}
	c.note.write("")
	if c.drawn != column {
		c.drawn = column
		c.canvas.SetWidth(s.measures.width)
		c.canvas.SetHeight(s.measures.height)
		c.canvas.GetContext("2d").Call("drawImage", column.bitmap, 0, 0)
	}
	c.canvas.SetAttribute("aria-label", say("The picture by the method {name}", say(s.classic.title)))
	return true
}
