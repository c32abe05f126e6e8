//go:build js && wasm

package main

import (
	"slices"
	"strings"
	"syscall/js"

	"honnef.co/go/js/dom/v2"
	"tcmoa/wasm/internal/pairing"
)

// batchBox is the part of the workbench for many pairs.
type batchBox struct {
	page          *page
	doc           document
	files, folder *dom.HTMLInputElement
	clear         *dom.HTMLButtonElement
	pairs         *dom.BasicHTMLElement // all that there is once files were chosen
	rules         *dom.BasicHTMLElement // a <select>
	marks         [2]*dom.HTMLInputElement
	list          *dom.BasicHTMLElement
	alone         *dom.BasicHTMLElement
	aloneTitle    *text
	aloneNames    *text
	run, cancel   *dom.HTMLButtonElement
	again         *dom.HTMLButtonElement
	runLabel      *text
	save          *dom.HTMLButtonElement
	summary       *text
	note, failure *text

	rows     []*batchRow
	language string // that rows and rules are written in
}

func newBatchBox(d document, p *page) *batchBox {
	b := &batchBox{
		page:       p,
		doc:        d,
		files:      d.input("batch-files"),
		folder:     d.input("batch-folder"),
		clear:      d.button("batch-clear"),
		pairs:      d.element("batch-pairs"),
		rules:      d.element("batch-rule"),
		list:       d.element("batch-list"),
		alone:      d.element("batch-alone"),
		aloneTitle: d.text("batch-alone-title"),
		aloneNames: d.text("batch-alone-names"),
		run:        d.button("batch-run"),
		runLabel:   d.text("batch-run"),
		cancel:     d.button("batch-cancel"),
		again:      d.button("batch-again"),
		save:       d.button("batch-save"),
		summary:    d.text("batch-summary"),
		note:       d.text("batch-note"),
		failure:    d.text("error-batch"),
	}
	for _, input := range []*dom.HTMLInputElement{b.files, b.folder} {
		listen(input, "change", func(*dom.BasicEvent) {
			p.addToBatch(files(input.Get("files")))
			input.SetValue("")
		})
	}
	listen(b.clear, "click", func(*dom.BasicEvent) {
		p.clearBatch()
		b.files.Focus() // the button is gone
	})
	listen(b.rules, "change", func(*dom.BasicEvent) { b.choose(b.rules.Get("value").String()) })
	for _, s := range sides {
		b.marks[s] = d.input("batch-mark-" + s.word())
		listen(b.marks[s], "change", func(*dom.BasicEvent) {
			p.pairBy(byOwn, pairing.Rule{First: b.marks[first].Value(), Second: b.marks[second].Value()})
		})
	}
	listen(b.run, "click", func(*dom.BasicEvent) { p.runBatch() })
	listen(b.again, "click", func(*dom.BasicEvent) {
		if p.fuseAllAgain(); p.batch.isRunning() {
			b.cancel.Focus() // the button is gone
		}
	})
	listen(b.cancel, "click", func(*dom.BasicEvent) {
		p.cancelBatch()
		b.run.Focus()
	})
	listen(b.save, "click", func(*dom.BasicEvent) { p.saveBatch() })
	listen(b.list, "click", b.press)
	return b
}

// What the buttons of a row do, as their values have it.
const (
	actSwap   = "swap"
	actOpen   = "open"
	actRemove = "remove"
)

// press does what a row's button says.
func (b *batchBox) press(e *dom.BasicEvent) {
	button, ok := closest(e, "button")
	if !ok {
		return
	}
	root, _ := closest(e, "li")
	i := slices.IndexFunc(b.rows, func(r *batchRow) bool { return r.root.Equal(root) })
	if i < 0 {
		return
	}
	pair := b.rows[i].pair
	switch button.Get("value").String() {
	case actSwap:
		b.page.swapInBatch(pair)
	case actOpen:
		b.page.openPair(pair)
	case actRemove:
		b.page.removeFromBatch(pair)
		b.rules.Focus() // the button is gone
	}
}

// choose pairs by what was chosen of the list, where rules are by their numbers; own
// marks begin with those before.
func (b *batchBox) choose(value string) {
	for i, rule := range pairing.Rules {
		if value == count(i) {
			b.page.pairBy(byRule, rule)
			return
		}
	}
	b.page.pairBy(pairingWay(value), b.page.batch.rule)
	if b.page.batch.way == byOwn {
		b.marks[first].Focus()
	}
}

func (b *batchBox) render(s *state) {
	batch := &s.batch
	setHidden(b.pairs, len(batch.files) == 0)
	setHidden(b.clear, len(batch.files) == 0)
	b.failure.write(sentence(batch.failure))
	b.note.write("")
	if batch.skipped > 0 {
		b.note.write(plural(batch.skipped, "{n} file is no picture, and was left out.", "{n} files are no pictures, and were left out."))
	}
	if len(batch.files) == 0 {
		b.showRows(batch) // or they would hold what was cleared
		return
	}
	if b.language != language() {
		b.language, b.rows = language(), nil
		b.nameRules()
	}
	b.showRule(batch)
	b.showRows(batch)

	setHidden(b.alone, len(batch.alone) == 0)
	b.aloneTitle.write(plural(len(batch.alone), "{n} file has no partner", "{n} files have no partner"))
	var names []string
	for _, f := range batch.alone {
		names = append(names, f.name)
	}
	b.aloneNames.write(strings.Join(names, ", "))

	done, wrong := batch.count()
	waiting := len(batch.pairs) - done + wrong
	b.summary.write(batch.summary())
	b.runLabel.write(plural(waiting, "Fuse {n} pair", "Fuse {n} pairs"))
	b.run.SetAttribute("aria-disabled", boolean(waiting == 0 || batch.isRunning() || s.model.fuser == nil))
	over := waiting == 0 && done > 0
	setHidden(b.save, done == wrong)
	if over && (b.doc.focused(b.cancel) || b.doc.focused(b.run)) {
		b.save.Focus() // rather than lose it with the button
	}
	setHidden(b.run, over)
	outdated := slices.ContainsFunc(batch.pairs, func(pair *batchPair) bool { return s.outdated(pair.result) })
	setHidden(b.again, !outdated || batch.isRunning())
	setHidden(b.cancel, !batch.isRunning())
}

// summary tells how far the batch is.
func (b *batch) summary() string {
	done, wrong := b.count()
	switch {
	case len(b.pairs) == 0:
		return say("No two of the names fit together. Choose another rule, or write the marks that tell your files apart.")
	case wrong > 0:
		return plural(done-wrong, "{n} of {all} is fused, {wrong} could not be.", "{n} of {all} are fused, {wrong} could not be.", len(b.pairs), wrong)
	case done > 0 || b.isRunning():
		return plural(done, "{n} of {all} is done.", "{n} of {all} are done.", len(b.pairs))
	default:
		return plural(len(b.pairs), "{n} pair was found.", "{n} pairs were found.")
	}
}

// nameRules fills the choice of rules.
func (b *batchBox) nameRules() {
	b.rules.SetTextContent("")
	add := func(value, words string) {
		option := b.doc.make("option", "", words)
		option.SetAttribute("value", value)
		b.rules.AppendChild(option)
	}
	for i, rule := range pairing.Rules {
		add(count(i), say("{first} and {second}", rule.First, rule.Second))
	}
	add(string(byFolders), say("Folders side by side: equal names"))
	add(string(byOrder), say("Order: each file and the next"))
	add(string(byOwn), say("Own marks"))
}

func (b *batchBox) showRule(batch *batch) {
	value := string(batch.way)
	for i, rule := range pairing.Rules {
		if batch.way == byRule && rule == batch.rule {
			value = count(i)
		}
	}
	b.rules.Set("value", value)
	for s, mark := range [2]string{batch.rule.First, batch.rule.Second} {
		b.marks[s].SetDisabled(batch.way == byFolders || batch.way == byOrder)
		if !b.doc.focused(b.marks[s]) || b.marks[s].Value() == "" {
			b.marks[s].SetValue(mark)
		}
	}
}

// showRows makes rows for the pairs, where they are others than before, and has
// them show how theirs is.
func (b *batchBox) showRows(batch *batch) {
	same := len(b.rows) == len(batch.pairs)
	for i := range b.rows {
		same = same && b.rows[i].pair == batch.pairs[i]
	}
	if !same {
		b.list.SetTextContent("")
		b.rows = nil
		for _, pair := range batch.pairs {
			row := newBatchRow(b.doc, pair)
			b.rows = append(b.rows, row)
			b.list.AppendChild(row.root)
		}
	}
	for _, row := range b.rows {
		row.render(batch)
	}
}

// batchRow is a pair in the list.
type batchRow struct {
	pair               *batchPair
	root               *dom.BasicHTMLElement
	thumb              *dom.HTMLCanvasElement
	name, files, state *text
	progress           *dom.BasicHTMLElement
	swap, remove       *dom.BasicHTMLElement
	drawn              js.Value
}

func newBatchRow(d document, pair *batchPair) *batchRow {
	r := &batchRow{
		pair:     pair,
		root:     d.make("li", "", ""),
		thumb:    &dom.HTMLCanvasElement{BasicHTMLElement: d.make("canvas", "", "")},
		name:     &text{BasicHTMLElement: d.make("b", "", "")},
		files:    &text{BasicHTMLElement: d.make("span", "files", "")},
		state:    &text{BasicHTMLElement: d.make("p", "", "")},
		progress: d.make("progress", "", ""),
	}
	r.name.SetAttribute("translate", "no")
	r.files.SetAttribute("translate", "no")
	r.thumb.SetAttribute("aria-hidden", "true")
	r.progress.SetAttribute("max", "100")
	r.progress.SetAttribute("aria-label", say("Fusion of {name}", pair.name))
	label := d.make("div", "label", "")
	label.AppendChild(r.name)
	label.AppendChild(r.files)
	label.AppendChild(r.state)
	label.AppendChild(r.progress)
	r.root.AppendChild(r.thumb)
	r.root.AppendChild(label)
	acts := d.make("div", "acts", "")
	r.root.AppendChild(acts)
	button := func(act, words, name string) *dom.BasicHTMLElement {
		b := d.make("button", "", words)
		b.SetAttribute("type", "button")
		b.SetAttribute("value", act)
		b.SetAttribute("aria-label", name)
		acts.AppendChild(b)
		return b
	}
	r.swap = button(actSwap, say("Swap"), say("Swap the pictures of {name}", pair.name))
	button(actOpen, say("Open"), say("Open {name} above", pair.name))
	r.remove = button(actRemove, say("Remove"), say("Remove {name}", pair.name))
	return r
}

func (r *batchRow) render(b *batch) {
	pair := r.pair
	r.name.write(pair.name)
	r.files.write(pair.files[first].name + " + " + pair.files[second].name)
	look, words := "waiting", ""
	switch {
	case pair.atWork:
		look, words = "running", percent(pair.fraction)
	case pair.result != nil:
		look, words = "done", say("{task} fusion in {time}.", say(pair.result.task.name), duration(pair.result.milliseconds))
	case pair.problem != nil:
		look, words = "failed", sentence(pair.problem)
	}
	r.state.write(words)
	r.root.SetAttribute("data-state", look)
	r.progress.Set("value", 100*pair.fraction)
	setHidden(r.progress, !pair.atWork)
	setHidden(r.swap, pair.atWork)
	setHidden(r.remove, pair.atWork)
	r.draw()
}

// draw shows what came of the pair.
func (r *batchRow) draw() {
	setHidden(r.thumb, r.pair.result == nil)
	if r.pair.result == nil || r.drawn.Equal(r.pair.result.thumb) {
		return
	}
	r.drawn = r.pair.result.thumb
	r.thumb.SetWidth(r.drawn.Get("width").Int())
	r.thumb.SetHeight(r.drawn.Get("height").Int())
	r.thumb.GetContext("2d").Call("drawImage", r.drawn, 0, 0)
}
