//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// mirror shows the fused picture once more, small, where the stage is out of
// sight while one steers.
type mirror struct {
	stage  *stage
	root   *dom.BasicHTMLElement
	canvas *dom.HTMLCanvasElement
	shown  *result
}

// mirrorSide is the mirror's longer side in pixels.
const mirrorSide = 640

func newMirror(d document, st *stage) *mirror {
	return &mirror{stage: st, root: d.element("mirror"), canvas: d.canvas("mirror-canvas")}
}

func (m *mirror) render(s *state) {
	r := s.visible()
	setHidden(m.root, r == nil)
	if r == nil || m.shown == r || m.stage.whole != r {
		return
	}
	m.shown = r
	scale := min(1, mirrorSide/float64(max(r.width, r.height)))
	width, height := int(scale*float64(r.width)+0.5), int(scale*float64(r.height)+0.5)
	m.canvas.SetWidth(max(width, 1))
	m.canvas.SetHeight(max(height, 1))
	m.canvas.GetContext("2d").Call("drawImage", m.stage.fused.Value, 0, 0, width, height)
}
