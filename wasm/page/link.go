//go:build js && wasm

package main

import (
	"syscall/js"
	"time"

	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// link keeps the page's state in its address, behind the #, so that the address
// can be handed on, and opens such an address.
type link struct {
	page    *page
	touched bool     // whether the visitor has done something that it is to hold
	written string   // what the address holds
	wanted  string   // what it is to hold
	pending *opening // a sample that is to be opened when the samples are known
}

// opening is a sample with what the address says about it.
type opening struct {
	sample string
	set    func()
}

// linkPause bounds how often the address changes: some browsers allow a hundred
// changes in half a minute.
const linkPause = 400 * time.Millisecond

func newLink(p *page) *link {
	l := &link{page: p}
	listen(wrap(js.Global()), "hashchange", func(*dom.BasicEvent) {
		if hash := l.hash(); hash != l.written && !isPlace(hash) {
			l.open()
			p.render()
			p.follow()
		}
	})
	return l
}

// hash is what the address holds behind the #.
func (l *link) hash() string {
	hash := js.Global().Get("location").Get("hash").String()
	if hash != "" {
		hash = hash[1:]
	}
	return hash
}

// isPlace tells whether what an address holds is no state but a place in the
// page, for the browser to go to.
func isPlace(hash string) bool {
	return js.Global().Get("document").Call("getElementById", hash).Truthy()
}

// open takes the address's state. Of one that it cannot read it takes nothing,
// and says so.
func (l *link) open() {
	p := l.page
	l.written = l.hash()
	l.wanted = l.written
	if l.written == "" || isPlace(l.written) {
		return
	}
	to, fault := settings.Parse(l.written)
	if fault == "" && to.View != "" && !isView(view(to.View)) {
		fault = settings.Fault("view=" + to.View)
	}
	if fault != "" {
		p.notice = problem("This page’s address holds “{part}”, which it cannot read. Nothing of it was used.", string(fault))
		return
	}
	p.notice = nil
	set := func() {
		if to.Task != "" {
			p.task = taskByID(to.Task)
		}
		if to.View != "" {
			p.view = view(to.View)
		}
		p.settings = to.Settings
		p.history.Put(to.Settings)
	}
	if to.Sample == "" || p.sample != nil && p.sample.id == to.Sample && p.example == exampleGone {
		set()
		return
	}
	l.pending = &opening{to.Sample, set}
	l.openSample()
}

// openSample brings the address's sample in, as soon as the samples are known.
func (l *link) openSample() {
	o := l.pending
	if o == nil || !l.page.samplesKnown {
		return
	}
	l.pending = nil
	for _, s := range l.page.samples {
		if s.id == o.sample {
			l.page.bring(s, o.set)
			return
		}
	}
	l.page.notice = problem("This page’s address names the sample “{name}”, which is not here.", o.sample)
}

// render has the address follow the state. As long as the visitor has done
// nothing, it stays as it is.
func (l *link) render(s *state) {
	l.touched = l.touched || s.example == exampleGone || s.view != againstFirst ||
		s.task != l.page.opened() || !s.settings.Equal(settings.Default())
	if !l.touched || l.pending != nil || s.sources[first].reading || s.sources[second].reading {
		return
	}
	text := l.text(s)
	if text == l.wanted {
		return
	}
	idle := l.wanted == l.written
	l.wanted = text
	if idle {
		time.AfterFunc(linkPause, l.write)
	}
}

// text is the state as an address has it.
func (l *link) text(s *state) string {
	to := settings.Link{Settings: s.settings}
	if s.sample != nil {
		to.Sample = s.sample.id
	}
	if s.sample == nil || s.sample.task != s.task {
		to.Task = s.task.id
	}
	if s.view != againstFirst && isView(s.view) {
		to.View = string(s.view)
	}
	return to.String()
}

// write puts into the address what it is to hold; a place in the page that it held
// gives way.
func (l *link) write() {
	if l.written == l.wanted && l.hash() == l.wanted {
		return
	}
	l.written = l.wanted
	history := js.Global().Get("history")
	history.Call("replaceState", history.Get("state"), "", "#"+l.written)
}
