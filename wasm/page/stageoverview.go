//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// overview is the small picture of the whole in the corner of what is zoomed in,
// with the part that is shown. A click in it goes there, for those who cannot
// drag.
type overview struct {
	root  *dom.BasicHTMLElement
	image *dom.HTMLImageElement
}

func newOverview(d document, v *viewer) *overview {
	o := &overview{root: d.element("overview"), image: d.image("overview-image")}
	travel := func(e *dom.BasicEvent) {
		e.StopPropagation() // the picture below is not meant
		if e.Get("buttons").Int()&1 == 0 {
			return
		}
		e.PreventDefault()
		box, at := o.root.GetBoundingClientRect(), pointOf(e)
		v.set(v.viewport.centred((at.x-box.Left())/box.Width(), (at.y-box.Top())/box.Height()))
	}
	listen(o.root, "pointerdown", travel)
	listen(o.root, "pointermove", travel)
	return o
}

// show has the overview be of another picture.
func (o *overview) show(url string) { o.image.SetSrc(url) }
