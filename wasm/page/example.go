//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/wasm/internal/settings"
)

// The recorded example: the page opens with a fusion of the shipped model, made
// when the site was built. index.html holds its pictures, so that they are there
// before this program; its maps come here. Its pictures are in the sources'
// places, but give way to whatever the visitor brings.

const exampleFolder = "example/"

// exampleState is what became of the recorded example.
type exampleState int

const (
	exampleAwaited exampleState = iota // index.html's own words and pictures stand
	exampleShown                       // its pictures are in the sources' places
	exampleGone
)

// loadExample shows the example, unless the visitor is faster. Without it the
// page works as well.
func (p *page) loadExample() {
	r, err := p.module.readRecording(exampleFolder)
	overtaken := p.example != exampleAwaited || p.sources[first].reading || p.sources[second].reading
	if overtaken || err != nil {
		if err == nil {
			r.release()
		}
		p.endExample()
		p.render()
		return
	}
	for _, s := range sides {
		p.sources[s].picture = r.sources[s]
	}
	p.example = exampleShown
	p.result = &result{fused: r.fused, task: r.task, settings: settings.Default()}
	p.nameExample()
	p.render()
	p.follow()                                             // a link may have brought settings
	js.Global().Get("performance").Call("mark", "example") // for who measures how soon the page teaches
}

// opened is the task that the page opens with.
func (p *page) opened() *task {
	if p.result != nil && p.result.recorded {
		return p.result.task
	}
	return tasks[0]
}

// nameExample finds the sample that the example was made of, as soon as both are
// known.
func (p *page) nameExample() {
	if p.example != exampleShown {
		return
	}
	for _, s := range p.samples {
		if s.files == [2]string{p.sources[first].picture.name, p.sources[second].picture.name} {
			p.sample = s
		}
	}
}

// endExample makes what is there the visitor's own.
func (p *page) endExample() { p.example = exampleGone }

// clearExample takes the example away for what the visitor brings.
func (p *page) clearExample() {
	if p.example == exampleShown {
		for _, s := range sides {
			p.sources[s].picture.release()
			p.sources[s].picture = nil
		}
		p.sample = nil
	}
	p.endExample()
}
