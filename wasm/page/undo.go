//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// pairBefore is what was in the places before an act of the visitor's.
type pairBefore struct {
	act      int
	kept     bool // whether it can be brought back
	recorded bool // whether it is the recorded example, and not the visitor's
	pictures [2]*picture
	task     *task
	sample   *sample
}

// maxBefore is how many acts can be undone. Their pictures cost next to nothing:
// files stay where they are.
const maxBefore = 16

// keepPair remembers the pair as it was before an act that takes a picture out
// of a place. One act may change both places: two files are dropped at once.
func (p *page) keepPair(act int, at side) {
	if p.pairBefore.act != act {
		p.pairBefore = pairBefore{act: act, recorded: p.example == exampleShown, pictures: [2]*picture{p.sources[first].picture, p.sources[second].picture}, task: p.task, sample: p.sample}
	}
	if p.pairBefore.kept || p.sources[at].picture == nil || p.pairBefore.recorded {
		return
	}
	p.pairBefore.kept = true
	if p.past = append(p.past, p.pairBefore); len(p.past) > maxBefore {
		dropped := p.past[0].pictures
		p.past = p.past[1:]
		p.releaseUnless(dropped)
	}
}

// bringBack undoes the last act. The picture that it brought is gone.
func (p *page) bringBack() {
	if len(p.past) == 0 {
		return
	}
	last := p.past[len(p.past)-1]
	p.past = p.past[:len(p.past)-1]
	gone := [2]*picture{p.sources[first].picture, p.sources[second].picture}
	for _, s := range sides {
		source := &p.sources[s]
		source.arrival++ // a file that is being read comes too late
		source.reading, source.problem, source.picture = false, nil, last.pictures[s]
	}
	p.task, p.sample, p.notice = last.task, last.sample, nil
	p.releaseUnless(gone)
	p.pairChanged()
	p.status.write(say("The pictures before are back."))
	p.render()
}

// releaseUnless frees pictures that are in no place and cannot come back.
func (p *page) releaseUnless(pictures [2]*picture) {
	for _, picture := range pictures {
		wanted := picture == p.sources[first].picture || picture == p.sources[second].picture
		for _, before := range p.past {
			wanted = wanted || picture == before.pictures[first] || picture == before.pictures[second]
		}
		if !wanted {
			picture.release()
		}
	}
}

// undoBox offers to bring back what was there before.
type undoBox struct {
	root   *dom.BasicHTMLElement
	text   *text
	button *dom.HTMLButtonElement
	page   *page
}

func newUndoBox(d document, p *page) *undoBox {
	b := &undoBox{root: d.element("pair-before"), text: d.text("pair-before-text"), button: d.button("pair-undo"), page: p}
	listen(b.button, "click", func(*dom.BasicEvent) {
		p.bringBack()
		if len(p.past) == 0 {
			d.input("file-first").Focus() // the button is gone
		}
	})
	return b
}

func (b *undoBox) render(s *state) {
	setHidden(b.root, len(s.past) == 0)
	if len(s.past) == 0 {
		return
	}
	last := s.past[len(s.past)-1]
	b.text.write(say("Before: {first}, {second}.", last.pictures[first].title(), last.pictures[second].title()))
}

// title is the file's name, also where there is none.
func (p *picture) title() string {
	if p == nil {
		return say("no picture")
	}
	return p.name
}
