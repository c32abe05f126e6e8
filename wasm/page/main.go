//go:build js && wasm

package main

func main() {
	p := newPage(newDocument(), newModule())
	p.link.open()
	p.render()
	go p.loadExample()
	go p.loadModel()
	go p.loadSamples()
	select {} // from here on, listeners drive everything
}
