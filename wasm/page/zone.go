//go:build js && wasm

package main

import (
	"strconv"

	"honnef.co/go/js/dom/v2"
)

// zone is the place of one source: its picture, or the invitation to bring one.
type zone struct {
	side    side
	root    *dom.BasicHTMLElement
	part    *text
	preview *dom.HTMLImageElement
	input   *dom.HTMLInputElement
	verb    *text
	name    *text
	size    *text
	remove  *dom.HTMLButtonElement
	problem *text
	shown   string // URL of the picture on show
}

func newZone(d document, p *page, s side) *zone {
	word := s.word()
	z := &zone{
		side:    s,
		root:    d.element("zone-" + word),
		part:    d.text("part-" + word),
		preview: d.image("preview-" + word),
		input:   d.input("file-" + word),
		verb:    d.text("verb-" + word),
		name:    d.text("name-" + word),
		size:    d.text("size-" + word),
		remove:  d.button("remove-" + word),
		problem: d.text("error-" + word),
	}
	z.shown = z.preview.GetAttribute("src") // the example's
	listen(z.input, "change", func(*dom.BasicEvent) {
		if chosen := files(z.input.Get("files")); len(chosen) > 0 {
			p.receive(chosen, &s)
			z.input.SetValue("") // choosing the same file again is a change, too
		}
	})
	listen(z.remove, "click", func(*dom.BasicEvent) {
		p.remove(s)
		z.input.Focus() // the button is gone
	})
	return z
}

func (z *zone) render(s *state) {
	source := &s.sources[z.side]
	part := s.task.part(z.side)
	z.part.write(part)
	z.problem.write(sentence(source.problem))
	if s.example == exampleAwaited && source.picture == nil && !source.reading {
		return // index.html shows its picture
	}

	url, name, size, look := "", say("No picture yet"), "", "empty"
	verb, act := say("Choose"), [2]string{mark("Choose the first picture, {part}"), mark("Choose the second picture, {part}")}
	if picture := source.picture; picture != nil {
		url, name, size = picture.url, picture.name, dimensions(picture.width, picture.height)
		look = "full"
		setProperty(z.preview.BasicHTMLElement, "--ratio", strconv.FormatFloat(float64(picture.width)/float64(picture.height), 'f', 4, 64))
		verb, act = say("Replace"), [2]string{mark("Replace the first picture, {part}"), mark("Replace the second picture, {part}")}
	}
	if source.reading {
		name, size, look = say("Reading the picture …"), "", "reading"
	}
	z.name.write(name)
	z.name.SetTitle(name)
	z.size.write(size)
	z.verb.write(verb)
	z.input.SetAttribute("aria-label", say(act[z.side], part))
	setHidden(z.remove, source.picture == nil)
	z.root.SetAttribute("data-state", look)
	z.root.SetAttribute("aria-busy", boolean(source.reading))

	if url != z.shown {
		z.shown = url
		setHidden(z.preview, url == "")
		if url == "" {
			z.preview.RemoveAttribute("src")
		} else {
			z.preview.SetSrc(url)
		}
	}
	z.preview.SetAttribute("alt", z.side.describe(name))
}
