//go:build js && wasm

package main

import "syscall/js"

// samplesFolder holds samples.json and the pictures that it names.
const samplesFolder = "samples/"

// sample is a pair that comes with the page.
type sample struct {
	id      string
	task    *task
	title   string
	caption string
	files   [2]string
	thumb   string
	licence string
	origin  string
}

// loadSamples fills the row. Without it the page works as well, so that a
// failure only leaves the row out.
func (p *page) loadSamples() {
	list, err := fetch(samplesFolder+"samples.json", "json")
	if err == nil {
		for i := range list.Length() {
			if s := newSample(list.Index(i)); s.task != nil {
				p.samples = append(p.samples, s)
			}
		}
	}
	p.samplesKnown = true
	p.nameExample()
	p.link.openSample()
	p.render()
}

func newSample(v js.Value) *sample {
	return &sample{
		id:      v.Get("id").String(),
		task:    taskByID(v.Get("task").String()),
		title:   v.Get("title").String(),
		caption: v.Get("caption").String(),
		files:   [2]string{v.Get("a").String(), v.Get("b").String()},
		thumb:   v.Get("thumb").String(),
		licence: v.Get("licence").String(),
		origin:  v.Get("origin").String(),
	}
}

// chooseSample brings a sample's pictures in, unless they are there, sets its task,
// and fuses.
func (p *page) chooseSample(chosen *sample) {
	p.bring(chosen, func() {})
}

// bring is chooseSample, with something more to set before the fusion.
func (p *page) bring(chosen *sample, set func()) {
	reading := p.sources[first].reading || p.sources[second].reading
	if p.sample == chosen && p.example == exampleGone && !reading {
		p.notice, p.task = nil, chosen.task
		set()
		p.fuse()
		p.render()
		return
	}
	p.abandon()
	p.notice, p.failure = nil, nil
	var arrivals [2]int
	for _, s := range sides {
		source := &p.sources[s]
		source.arrival++
		source.reading, source.problem = true, nil
		arrivals[s] = source.arrival
	}
	p.render()
	go func() {
		pictures, err := p.module.readSample(chosen)
		overtaken := false
		for _, s := range sides {
			if p.sources[s].arrival != arrivals[s] {
				overtaken = true
			} else {
				p.sources[s].reading = false
			}
		}
		if overtaken || err != nil {
			pictures[first].release()
			pictures[second].release()
		}
		switch {
		case overtaken: // by a file or another sample
		case err != nil:
			p.notice = problem("The sample “{title}” did not arrive. Look at the connection and try again.", say(chosen.title))
		default:
			p.act++
			p.put(first, pictures[first], p.act)
			p.put(second, pictures[second], p.act)
			p.task, p.sample = chosen.task, chosen
			set()
			p.fuse()
		}
		p.render()
	}()
}

func (m module) readSample(chosen *sample) (pictures [2]*picture, err error) {
	for _, s := range sides {
		blob, err := fetch(samplesFolder+chosen.files[s], "blob")
		if err != nil {
			return pictures, err
		}
		if pictures[s], err = m.read(chosen.files[s], blob); err != nil {
			return pictures, err
		}
	}
	return pictures, nil
}

// fetch gets a file of the page's own, as "json" or "blob".
func fetch(url, as string) (js.Value, error) {
	response, err := await(js.Global().Call("fetch", url))
	if err != nil {
		return js.Value{}, err
	}
	if !response.Get("ok").Bool() {
		return js.Value{}, problem("{file} is not there.", url)
	}
	return await(response.Call(as))
}
