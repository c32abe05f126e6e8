//go:build js && wasm

package main

import "honnef.co/go/js/dom/v2"

// taskChoice is the radio group of tasks.
type taskChoice struct {
	radios map[string]*dom.HTMLInputElement
}

func newTaskChoice(d document, p *page) *taskChoice {
	c := &taskChoice{radios: map[string]*dom.HTMLInputElement{}}
	for _, radio := range d.radios("tasks") {
		c.radios[radio.Value()] = radio
		listen(radio, "change", func(*dom.BasicEvent) { p.chooseTask(taskByID(radio.Value())) })
	}
	return c
}

func (c *taskChoice) render(s *state) { c.radios[s.task.id].SetChecked(true) }
