//go:build js && wasm

package main

import "syscall/js"

// What happens to the sources: files come in, pictures go and change places.

// receive takes files meant for one side, or for the page as a whole.
func (p *page) receive(files []js.Value, at *side) {
	p.notice = nil
	p.act++
	switch {
	case len(files) == 0:
		p.notice = problem("That held no file. Save the picture first, then choose it or drop it here.")
	case len(files) > 2 && at == nil:
		p.notice = problem("These were {n} files. They are paired at the bottom of the page, under “Many pairs”.", len(files))
		p.addToBatch(files)
		return
	case len(files) > 1:
		p.accept(first, files[0])
		p.accept(second, files[1])
		if len(files) > 2 {
			p.notice = problem("These were {n} files. The first two were taken.", len(files))
		}
	case at != nil:
		p.accept(*at, files[0])
	case p.free(first):
		p.accept(first, files[0])
	case p.free(second):
		p.accept(second, files[0])
	default:
		p.notice = problem("Both places are taken. Drop the picture onto the one that it replaces, or remove one first.")
	}
	p.render()
}

// receiveFolders takes the files of folders that fell anywhere on the page: no
// place is for so many.
func (p *page) receiveFolders(files []js.Value) {
	switch n := len(files); n {
	case 0:
		p.notice = problem("There is no file in that folder.")
	case 1:
		p.notice = problem("That folder had 1 file. It is at the bottom of the page, under “Many pairs”.")
	default:
		p.notice = problem("These were {n} files. They are paired at the bottom of the page, under “Many pairs”.", n)
	}
	p.addToBatch(files)
}

// accept decodes a file and puts it in its place. Where that fails, what was
// there stays.
func (p *page) accept(at side, file js.Value) {
	s := &p.sources[at]
	s.arrival++
	s.reading, s.problem = true, nil
	go func(arrival, act int) {
		picture, err := p.module.read(file.Get("name").String(), file)
		if s.arrival != arrival {
			picture.release()
			return
		}
		s.reading = false
		if err == nil {
			p.clearExample()
			p.put(at, picture, act)
			p.sample = nil
		} else {
			s.problem = err
			if s.picture != nil {
				s.problem = problem("{problem} The picture before it is still here.", err)
			}
		}
		p.render()
	}(s.arrival, p.act)
}

// put replaces a side's picture by another, or by none, in an act of the
// visitor's.
func (p *page) put(at side, by *picture, act int) {
	p.keepPair(act, at)
	s := &p.sources[at]
	before := [2]*picture{s.picture}
	s.picture, s.problem = by, nil
	p.releaseUnless(before)
	p.pairChanged()
}

func (p *page) remove(at side) {
	s := &p.sources[at]
	s.arrival++ // a file that is being read comes too late
	s.reading = false
	p.act++
	p.put(at, nil, p.act)
	p.sample, p.notice = nil, nil
	p.render()
}

// turned is what belonged to the pair before its pictures changed places. Who
// changes them back has it again.
type turned struct {
	sample *sample // which has its pictures in their order, as an address that names it says
	kept   *kept
	view   view
	result *result
}

// swap has the pictures change places. What was painted stays with them: it pulls
// towards the same picture as before.
func (p *page) swap() {
	a, b := &p.sources[first], &p.sources[second]
	a.picture, b.picture = b.picture, a.picture
	a.problem, b.problem, p.notice = nil, nil, nil
	now, back := &turned{p.sample, p.kept, p.view, p.result}, p.turned
	set, history := p.settings.Turned(), p.history.Turned()
	p.pairChanged()
	p.settings, p.history, p.turned, p.sample = set, history, now, nil
	if back != nil {
		p.sample, p.kept = back.sample, back.kept
		if back.view == againstBefore {
			p.show(againstBefore)
		}
		if p.stage.has(back.result) {
			p.result = back.result
		}
	}
	p.render()
	p.follow()
}

// pairChanged drops what belonged to the pictures before.
func (p *page) pairChanged() {
	p.abandon()
	p.endExample()
	p.dropMeasures()
	p.result, p.coarse, p.failure, p.turned = nil, nil, nil, nil
	p.forgetStrokes()
	p.forgetBefore()
}
