//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// before is a result that was kept, to compare those after it with.
type before struct {
	page               *page
	now                *text
	keep, drop, revert *dom.HTMLButtonElement
	choice             *dom.BasicHTMLElement // of the stage
	canvas             *dom.HTMLCanvasElement
}

// kept is what was kept: how it was made. The canvas has the picture.
type kept struct {
	task     *task
	settings settings.Settings
}

func newBefore(d document, p *page) *before {
	b := &before{
		page: p, now: d.text("before-now"), keep: d.button("before-keep"), drop: d.button("before-drop"),
		revert: d.button("before-return"), choice: d.element("compare-before"), canvas: d.canvas("before"),
	}
	listen(b.keep, "click", func(*dom.BasicEvent) { b.put() })
	listen(b.drop, "click", func(*dom.BasicEvent) {
		b.keep.Focus() // the button is gone
		p.forgetBefore()
		p.render()
	})
	listen(b.revert, "click", func(*dom.BasicEvent) { p.returnToBefore() })
	return b
}

// put keeps the result that is on the stage.
func (b *before) put() {
	p := b.page
	if !p.stage.holds(&p.state) {
		p.status.write(say("There is no finished result yet."))
		return
	}
	b.canvas.SetWidth(p.result.width)
	b.canvas.SetHeight(p.result.height)
	b.canvas.GetContext("2d").Call("drawImage", p.stage.fused.Value, 0, 0)
	p.kept = &kept{p.result.task, p.result.settings}
	if p.turned != nil {
		p.turned.kept = nil // its picture was on the canvas
	}
	p.view = againstBefore
	p.status.write(say("Kept as “before”."))
	p.render()
}

// forgetBefore lets go of what was kept.
func (p *page) forgetBefore() {
	p.kept = nil
	if p.view == againstBefore {
		p.view = againstFirst
	}
}

// show chooses what the stage compares: nothing that was let go of.
func (p *page) show(v view) {
	if v == againstBefore && p.kept == nil {
		v = againstFirst
	}
	p.view = v
}

// returnToBefore sets everything as it was for the kept result.
func (p *page) returnToBefore() {
	p.task = p.kept.task
	p.steer(p.kept.settings, true)
}

func (b *before) render(s *state) {
	words := ""
	if s.kept != nil {
		all := s.kept.settings.Prompt
		words = "α " + hundredth(all.Alpha) + " · β " + hundredth(all.Beta)
		if n := s.kept.settings.Changes(); n > 0 {
			words += " · " + plural(n, "{n} change", "{n} changes")
		}
		if s.kept.task != s.task {
			words = say(s.kept.task.name) + " · " + words
		}
	}
	b.now.write(words)
	disable(b.keep, !b.page.stage.holds(s))
	setHidden(b.choice, s.kept == nil)
	setHidden(b.drop, s.kept == nil)
	setHidden(b.revert, s.kept == nil)
	disable(b.revert, s.kept != nil && s.kept.task == s.task && s.kept.settings.Equal(s.settings))
}
