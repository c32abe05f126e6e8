//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"
)

// pointing turns pointers on any map, and keys on the picture, into the patch
// that is looked at. A mouse points by moving, and holds by a click; a finger
// points where it touches.
type pointing struct {
	think   *think
	said    *text
	pressed bool
}

// stride is how many patches an arrow key moves with Shift.
const stride = 5

func newPointing(d document, t *think) *pointing {
	p := &pointing{think: t, said: d.text("patch-said")}
	listen(t.maps, "pointerdown", p.press)
	listen(t.maps, "pointermove", func(e *dom.BasicEvent) {
		if p.pressed || e.Get("pointerType").String() == "mouse" && !t.page.look.held {
			p.follow(e)
		}
	})
	for _, event := range []string{"pointerup", "pointercancel"} {
		listen(t.maps, event, func(*dom.BasicEvent) { p.pressed = false })
	}
	listen(d.element("plot-picture"), "keydown", p.key)
	return p
}

func (p *pointing) press(e *dom.BasicEvent) {
	token, on := p.token(e)
	if !on || e.Get("button").Int() != 0 {
		return
	}
	look := &p.think.page.look
	if e.Get("pointerType").String() == "mouse" {
		look.held = !(look.held && token == look.token)
	}
	p.pressed = true
	look.token = token
	p.think.point(&p.think.page.state)
}

func (p *pointing) follow(e *dom.BasicEvent) {
	if token, on := p.token(e); on {
		p.think.pointAt(token)
	}
}

// token is the patch under a pointer.
func (p *pointing) token(e *dom.BasicEvent) (token int, on bool) {
	plot := e.Get("target").Call("closest", ".plot")
	if plot.IsNull() || p.think.insight == nil {
		return 0, false
	}
	r := p.think.insight.result
	box := plot.Call("getBoundingClientRect")
	at := func(client, edge, size string, pixels, tokens int) int {
		share := (e.Get(client).Float() - box.Get(edge).Float()) / box.Get(size).Float()
		return min(max(int(share*float64(pixels))/r.prompts.cell, 0), tokens-1)
	}
	row := at("clientY", "top", "height", r.height, r.prompts.rows)
	return row*r.prompts.cols + at("clientX", "left", "width", r.width, r.prompts.cols), true
}

func (p *pointing) key(e *dom.BasicEvent) {
	if p.think.insight == nil || e.Get("ctrlKey").Bool() || e.Get("altKey").Bool() || e.Get("metaKey").Bool() {
		return
	}
	g := p.think.insight.prompts
	look := &p.think.page.look
	row, col := look.token/g.cols, look.token%g.cols
	far := 1
	if e.Get("shiftKey").Bool() {
		far = stride
	}
	switch e.Get("key").String() {
	case "ArrowLeft":
		col -= far
	case "ArrowRight":
		col += far
	case "ArrowUp":
		row -= far
	case "ArrowDown":
		row += far
	case "Home":
		col = 0
	case "End":
		col = g.cols - 1
	case "PageUp":
		row = 0
	case "PageDown":
		row = g.rows - 1
	case "Escape":
		look.held = false
	default:
		return
	}
	e.PreventDefault()
	p.think.pointAt(min(max(row, 0), g.rows-1)*g.cols + min(max(col, 0), g.cols-1))
	p.said.write(p.think.patch.summary(p.think.insight, *look))
}
