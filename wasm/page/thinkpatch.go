//go:build js && wasm

package main

import (
	"strconv"

	"honnef.co/go/js/dom/v2"
)

// patchBox tells a patch's way through the network, in numbers.
type patchBox struct {
	page           *page
	title, where   *text
	crops          map[layer]*dom.HTMLCanvasElement
	cropNames      [2]*text
	experts, way   *grid
	logits, ending *text
}

func newPatchBox(d document, p *page, choose func(mixture int)) *patchBox {
	b := &patchBox{
		page:  p,
		title: d.text("patch-title"), where: d.text("patch-where"),
		crops:   map[layer]*dom.HTMLCanvasElement{},
		experts: newGrid(d, "experts", nil), way: newGrid(d, "way", choose),
		logits: d.text("logits"), ending: d.text("ending"),
	}
	for _, l := range []layer{firstLayer, fusedLayer, secondLayer} {
		b.crops[l] = d.canvas("crop-" + string(l))
	}
	for _, s := range sides {
		b.cropNames[s] = d.text("crop-name-" + s.word())
	}
	return b
}

// show tells of the patch that is looked at.
func (b *patchBox) show(in *insight, l look) {
	g := in.prompts
	row, col := l.token/g.cols, l.token%g.cols
	b.title.write(say("Patch in row {row}, column {column}", row+1, col+1))
	right, bottom := min((col+1)*g.cell, in.width), min((row+1)*g.cell, in.height)
	where := say("Pixels {left} to {right} across, {top} to {bottom} down.", col*g.cell, right-1, row*g.cell, bottom-1)
	if l.held {
		where = say("{where} Held: a click lets go.", where)
	}
	b.where.write(where)
	for _, s := range sides {
		b.cropNames[s].write(in.task.part(s))
	}
	b.crop(in)
	b.showExperts(&g.routes[l.mixture], l.token)
	b.showWay(in, l)
	b.showEnding(in, l.token)
}

// crop copies the patch from the pictures.
func (b *patchBox) crop(in *insight) {
	g, token := in.prompts, b.page.look.token
	x, y := token%g.cols*g.cell, token/g.cols*g.cell
	width, height := min(g.cell, in.width-x), min(g.cell, in.height-y)
	for l, canvas := range b.crops {
		source := b.page.stage.drawable(l)
		canvas.SetWidth(width)
		canvas.SetHeight(height)
		if l == fusedLayer || source.Get("complete").Bool() {
			canvas.GetContext("2d").Call("drawImage", source, x, y, width, height, 0, 0, width, height)
		}
	}
}

// showExperts fills the table of the gates.
func (b *patchBox) showExperts(r *route, token int) {
	gates, parts := r.gatesOf(token), r.parts()
	b.experts.resize(len(parts))
	for e, p := range parts {
		row := b.experts.rows[e]
		here := "–"
		if gates[e] > 0 {
			here = number(float64(gates[e]), 3)
		}
		row.write(gates[e] > 0, strconv.Itoa(e+1), share(p.gate), share(p.used), here)
		setProperty(row.root, "--share", strconv.FormatFloat(p.gate, 'f', 3, 64))
	}
	b.logits.write(logitWords(gates))
}

// logitWords say what the gates tell of the router's logits.
func logitWords(gates []float32) string {
	best, next := -1, -1
	for e, g := range gates {
		switch {
		case g == 0:
		case best < 0 || g > gates[best]:
			best, next = e, best
		case next < 0 || g > gates[next]:
			next = e
		}
	}
	if next < 0 {
		return say("One expert speaks alone here; the logits of the others are too far below to count, or they are switched off.")
	}
	return say("The gates are a softmax of the chosen experts’ logits, so they tell the logits’ difference: {best} is ahead of {next} by ln({a} / {b}) = {gap}. Those of the other experts are lower, or switched off.",
		best+1, next+1, number(float64(gates[best]), 3), number(float64(gates[next]), 3), number(gap(gates[best], gates[next]), 2))
}

// showWay fills the table of the mixtures that the patch goes through.
func (b *patchBox) showWay(in *insight, l look) {
	b.way.resize(len(in.mixtures))
	for j, m := range in.mixtures {
		r := &in.prompts.routes[j]
		x, t := r.prompts[first][l.token], r.prompts[second][l.token]
		b.way.rows[j].write(j == l.mixture, m.name(), number(float64(x), 3), number(float64(t), 3),
			number(float64(x+t), 3), team{experts: chosen(r.gatesOf(l.token))}.name())
	}
}

// showEnding tells what became of the last prompts.
func (b *patchBox) showEnding(in *insight, token int) {
	if in.weights == nil {
		b.ending.write("")
		return
	}
	last := in.prompts.routes[len(in.prompts.routes)-1]
	b.ending.write(say("The last prompts give a dominance of {d}; with it the head makes the weights. Over this patch the first picture’s is {weight} in the mean.",
		number(dominance(last.prompts[first][token], last.prompts[second][token]), 2), number(float64(in.weights[token]), 3)))
}

// summary is what a voice says of the patch.
func (b *patchBox) summary(in *insight, l look) string {
	r := &in.prompts.routes[l.mixture]
	return say("Row {row}, column {column}: prompts {x} and {t}, experts {experts}.",
		l.token/in.prompts.cols+1, l.token%in.prompts.cols+1,
		number(float64(r.prompts[first][l.token]), 2), number(float64(r.prompts[second][l.token]), 2),
		team{experts: chosen(r.gatesOf(l.token))}.name())
}
