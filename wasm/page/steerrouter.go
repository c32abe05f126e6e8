//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// routerMix is the choice of a router: a point in the triangle of tasks, or its
// three shares in numbers.
type routerMix struct {
	page     *page
	doc      document
	now      *text
	plane    *dom.BasicHTMLElement
	handle   *dom.BasicHTMLElement
	corners  [len(settings.Tasks)]*dom.HTMLButtonElement
	shares   [len(settings.Tasks)]*dom.HTMLInputElement
	reset    *dom.HTMLButtonElement
	dragging bool
}

// vertices of the triangle in index.html, in the order of settings.Tasks.
var vertices = [len(settings.Tasks)]point{{120, 12}, {12, 199}, {228, 199}}

func newRouterMix(d document, p *page) *routerMix {
	m := &routerMix{page: p, doc: d, now: d.text("router-now"), plane: d.element("triangle-plane"), handle: d.element("router-handle"), reset: d.button("router-reset")}
	for i, task := range settings.Tasks {
		m.corners[i], m.shares[i] = d.button("corner-"+task), d.input("share-"+task)
		listen(m.corners[i], "click", func(*dom.BasicEvent) { m.choose(settings.Whole(task), true) })
		take := func(stays bool) {
			if v, err := strconv.ParseFloat(m.shares[i].Value(), 64); err == nil {
				m.choose(m.router().With(i, int(min(max(v, 0), 100)+0.5)), stays)
			}
			if stays {
				m.write(i, m.router()[i])
			}
		}
		listen(m.shares[i], "input", func(*dom.BasicEvent) { take(false) })
		listen(m.shares[i], "change", func(*dom.BasicEvent) { take(true) })
	}
	listen(m.reset, "click", func(*dom.BasicEvent) { m.choose(settings.Router{}, true) })
	listen(m.plane, "pointerdown", m.grab)
	listen(m.plane, "pointermove", func(e *dom.BasicEvent) {
		if m.dragging {
			m.drag(e)
		}
	})
	release := func(*dom.BasicEvent) {
		if m.dragging {
			m.dragging = false
			p.steer(p.settings, true)
		}
	}
	listen(m.plane, "pointerup", release)
	listen(m.plane, "pointercancel", release)
	listen(m.handle, "keydown", m.key)
	return m
}

// router is the one at work.
func (m *routerMix) router() settings.Router { return m.page.settings.Router.Of(m.page.task.id) }

// choose takes a router. That of the task alone is the same as none.
func (m *routerMix) choose(r settings.Router, stays bool) {
	if r == settings.Whole(m.page.task.id) {
		r = settings.Router{}
	}
	s := m.page.settings
	s.Router = r
	m.page.steer(s, stays)
}

func (m *routerMix) grab(e *dom.BasicEvent) {
	if e.Get("button").Int() != 0 {
		return
	}
	e.PreventDefault()
	m.handle.Call("focus", map[string]any{"preventScroll": true})
	m.plane.Call("setPointerCapture", e.Get("pointerId"))
	m.dragging = true
	m.drag(e)
}

// drag goes to the pointer.
func (m *routerMix) drag(e *dom.BasicEvent) {
	box := m.plane.GetBoundingClientRect()
	at := pointOf(e)
	view := m.plane.Get("viewBox").Get("baseVal")
	m.moveTo(point{
		(at.x - box.Left()) / box.Width() * view.Get("width").Float(),
		(at.y - box.Top()) / box.Height() * view.Get("height").Float(),
	}, false)
}

// moveTo goes to the triangle's point nearest to another, roughly: negative
// shares are none.
func (m *routerMix) moveTo(to point, stays bool) {
	a, b, c := vertices[0], vertices[1], vertices[2]
	area := (b.y-c.y)*(a.x-c.x) + (c.x-b.x)*(a.y-c.y)
	u := ((b.y-c.y)*(to.x-c.x) + (c.x-b.x)*(to.y-c.y)) / area
	v := ((c.y-a.y)*(to.x-c.x) + (a.x-c.x)*(to.y-c.y)) / area
	m.choose(settings.Shared([...]float64{u, v, 1 - u - v}), stays)
}

// at is a router's place in the triangle.
func (m *routerMix) at(r settings.Router) (p point) {
	for i, share := range r {
		p.x += vertices[i].x * float64(share) / 100
		p.y += vertices[i].y * float64(share) / 100
	}
	return p
}

// key moves the handle with the arrows: up and down between the upper corner
// and the others, left and right between the lower ones.
func (m *routerMix) key(e *dom.BasicEvent) {
	step := 5
	if e.Get("shiftKey").Bool() {
		step = 1
	}
	r := m.router()
	switch e.Get("key").String() {
	case "ArrowUp":
		r = r.With(0, r[0]+step)
	case "ArrowDown":
		r = r.With(0, r[0]-step)
	case "ArrowLeft":
		r = shifted(r, 2, 1, step)
	case "ArrowRight":
		r = shifted(r, 1, 2, step)
	case "Home":
		r = settings.Router{}
	default:
		return
	}
	e.PreventDefault()
	m.choose(r, true)
}

// shifted gives of a share to another, and of the upper one where that has none
// left.
func shifted(r settings.Router, from, to, step int) settings.Router {
	if r[from] == 0 {
		from = 0
	}
	step = min(step, r[from])
	r[from] -= step
	r[to] += step
	return r
}

func (m *routerMix) write(i, share int) { m.shares[i].SetValue(count(share)) }

func (m *routerMix) render(s *state) {
	r := s.settings.Router.Of(s.task.id)
	at := m.at(r)
	m.handle.SetAttribute("transform", "translate("+strconv.FormatFloat(at.x, 'f', 1, 64)+" "+strconv.FormatFloat(at.y, 'f', 1, 64)+")")
	var parts []string
	for i, task := range settings.Tasks {
		m.corners[i].SetAttribute("aria-pressed", boolean(r[i] == 100))
		if typed, err := strconv.ParseFloat(m.shares[i].Value(), 64); !m.doc.focused(m.shares[i]) || err != nil || int(typed) != r[i] {
			m.write(i, r[i])
		}
		if r[i] > 0 {
			parts = append(parts, say(taskByID(task).name)+" "+count(r[i])+" %")
		}
	}
	words := strings.Join(parts, ", ")
	m.handle.SetAttribute("aria-valuenow", count(r[0]))
	m.handle.SetAttribute("aria-valuetext", words)
	m.now.write(words)
	disable(m.reset, s.settings.Router == settings.Router{})
}
