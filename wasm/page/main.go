//go:build js && wasm

package main

func main() {
	d := newDocument()
	before := findEarly(d)
	p := newPage(d, newModule())
	p.link.open()
	p.render()
	for _, e := range before {
		e.redo()
	}
	go p.loadExample()
	go p.loadModel()
	go p.loadSamples()
	select {} // from here on, listeners drive everything
}
