//go:build js && wasm

package main

// automatic is the choice of a backend that leaves it to the module.
const automatic = "auto"

// backendKey is where the browser keeps a visitor's choice.
const backendKey = "tcmoa-backend"

// chooseBackend is a visitor's choice of what the model runs on.
func (p *page) chooseBackend(backend string) {
	p.backend = backend
	remember(backendKey, backend)
	p.render()
	if f := p.model.fuser; f != nil && !f.changing {
		go p.changeBackend(f)
	}
}

// changeBackend has the fuser follow the choice, which may change meanwhile.
func (p *page) changeBackend(f *fuser) {
	if f.chosen == p.backend {
		return
	}
	f.changing = true
	defer func() { f.changing = false }()
	for f.chosen != p.backend {
		wanted := p.backend
		if err := f.use(wanted); err != nil {
			p.failure = err
		}
		f.chosen = wanted
	}
	p.status.write(f.runs())
	p.render()
}

// runs tells what the model runs on, and why.
func (f *fuser) runs() string {
	words := say("On the {device}.", f.value.Get("backend").String())
	if note := f.value.Get("note").String(); note != "" {
		words += " " + foreign(note)
	}
	return words
}
