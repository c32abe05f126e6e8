//go:build js && wasm

package main

import (
	"strconv"

	"honnef.co/go/js/dom/v2"

	"tcmoa/core"
	"tcmoa/internal/heatmap"
	"tcmoa/wasm/internal/typedarray"
)

// look is what of the network's decisions the visitor looks at.
type look struct {
	mixture   int  // of adapters, the encoder's first
	token     int  // row-major
	held      bool // whether the token stays when the mouse moves on
	stretched bool // whether the colours are those of the values that occur
}

// think shows what the network decided for the result: maps of every mixture of
// adapters, and all about the patch that the visitor points at.
type think struct {
	page     *page
	doc      document
	root     *dom.BasicHTMLElement
	missing  *text
	parts    []*dom.BasicHTMLElement // what there is to see, when there is
	mixtures *dom.BasicHTMLElement
	radios   []*dom.HTMLInputElement
	stretch  *dom.HTMLInputElement

	maps    *dom.BasicHTMLElement
	picture *plot
	prompts [2]*scaledPlot
	sum     *scaledPlot
	weight  *scaledPlot
	experts *teamPlot
	patch   *patchBox
	network *networkBox

	insight *insight
	painted struct {
		result   *result
		look     look // its token and held are not painted
		language string
	}
	laid *result // whose picture is under the maps
}

// insight is what follows from a result for every mixture and patch.
type insight struct {
	*result
	mixtures []mixture
	pixels   heatmap.Statistics // of the weights
	weights  []float32          // their means over the patches; nil where the head has none
}

func newInsight(r *result) *insight {
	in := &insight{result: r, mixtures: mixturesOf(r.variant)}
	if !r.weights.IsNull() {
		weights := typedarray.Floats(r.weights)
		in.pixels, in.weights = heatmap.StatisticsOf(weights), r.prompts.patchMeans(weights, r.width)
	}
	return in
}

func newThink(d document, p *page) *think {
	t := &think{
		page: p, doc: d,
		root:     d.element("think"),
		missing:  d.text("think-missing"),
		parts:    []*dom.BasicHTMLElement{d.element("think-views"), d.element("maps"), d.element("network")},
		mixtures: d.element("mixtures"),
		stretch:  d.input("stretch"),
		maps:     d.element("maps"),
		picture:  newPlot(d.element("plot-picture")),
		sum:      newScaledPlot(d, "sum", heatmap.Plain),
		weight:   newScaledPlot(d, "weight", heatmap.First),
		experts:  newTeamPlot(d),
	}
	t.patch = newPatchBox(d, p, t.look)
	for _, s := range sides {
		t.prompts[s] = newScaledPlot(d, s.word(), [2]*heatmap.Ramp{heatmap.First, heatmap.Second}[s])
		listen(p.stage.sources[s], "load", func(*dom.BasicEvent) {
			if t.insight != nil {
				t.patch.crop(t.insight)
			}
		})
	}
	p.look.mixture = -1
	listen(t.stretch, "change", func(*dom.BasicEvent) {
		p.look.stretched = t.stretch.Checked()
		t.render(&p.state)
	})
	listen(t.mixtures, "change", func(e *dom.BasicEvent) { t.look(atoi(e.Get("target").Get("value").String())) })
	veil := d.input("veil")
	uncover := func(*dom.BasicEvent) { setProperty(t.maps, "--veil", veil.Value()+"%") }
	listen(veil, "input", uncover)
	uncover(nil) // a browser may remember it
	t.network = newNetworkBox(d, t)
	newPointing(d, t)
	return t
}

func (t *think) render(s *state) {
	r := s.result
	if r == nil && s.example == exampleAwaited {
		return
	}
	missing := ""
	switch {
	case r == nil:
		missing = say("Fuse a pair, and what the network decided appears here.")
	case r.prompts == nil:
		missing = say("What the network decided is read back for pictures of up to {most} megapixels. This one has {n}: fuse a smaller copy of the pair to see it.",
			mapsBound>>20, r.width*r.height>>20)
	}
	t.missing.write(missing)
	setHidden(t.missing, missing == "")
	for _, part := range t.parts {
		setHidden(part, missing != "")
	}
	if missing != "" {
		t.insight = nil
		t.root.SetAttribute("data-state", "missing")
		return
	}
	if t.insight == nil || t.insight.result != r {
		t.begin(r)
	}
	if t.laid != r && t.page.stage.whole == r {
		t.laid = r
		for _, pl := range []*plot{t.picture, t.prompts[first].plot, t.prompts[second].plot, t.sum.plot, t.experts.plot, t.weight.plot} {
			pl.lay(t.page.stage.fused)
		}
		t.patch.crop(t.insight)
	}
	t.choose(s.look.mixture)
	t.paint(s)
	t.point(s)
	t.root.SetAttribute("data-state", "shown")
}

// begin takes up a result. The visitor keeps what was looked at, as far as that
// is there again.
func (t *think) begin(r *result) {
	t.insight = newInsight(r)
	l, g := &t.page.look, r.prompts
	if l.mixture < 0 || l.mixture >= len(g.routes) {
		l.mixture = max(r.variant.EncoderMoAs()-1, 0)
	}
	if before := t.painted.result; before == nil || before.prompts.cols != g.cols || before.prompts.rows != g.rows {
		l.token = g.rows/2*g.cols + g.cols/2
	}
	share := func(n int, of int) string {
		return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 3, 64) + "%"
	}
	setProperty(t.maps, "--shape", strconv.FormatFloat(float64(r.width)/float64(r.height), 'f', 4, 64))
	setProperty(t.maps, "--grid-width", share(g.cols*g.cell, r.width))
	setProperty(t.maps, "--grid-height", share(g.rows*g.cell, r.height))
	setProperty(t.maps, "--mark-width", share(g.cell, r.width))
	setProperty(t.maps, "--mark-height", share(g.cell, r.height))
}

// choose offers the network's mixtures, and marks one.
func (t *think) choose(chosen int) {
	names := make([]string, len(t.insight.mixtures))
	for i, m := range t.insight.mixtures {
		names[i] = m.name()
	}
	if len(t.radios) != len(names) {
		for _, radio := range t.radios {
			radio.Get("parentElement").Call("remove")
		}
		t.radios = nil
		for i := range names {
			t.radios = append(t.radios, t.radio(i))
		}
	}
	for i, radio := range t.radios {
		radio.SetChecked(i == chosen)
		radio.Get("nextSibling").Set("textContent", names[i])
	}
}

// radio adds the choice of mixture i.
func (t *think) radio(i int) *dom.HTMLInputElement {
	label := t.doc.make("label", "", "")
	radio := &dom.HTMLInputElement{BasicHTMLElement: t.doc.make("input", "", "")}
	for name, value := range map[string]string{"type": "radio", "name": "mixture", "value": strconv.Itoa(i)} {
		radio.SetAttribute(name, value)
	}
	label.AppendChild(radio)
	label.AppendChild(t.doc.make("span", "", ""))
	t.mixtures.AppendChild(label)
	return radio
}

// look turns to a mixture.
func (t *think) look(mixture int) {
	t.page.look.mixture = mixture
	t.render(&t.page.state)
}

// paint paints the maps of the chosen mixture, where they are not those yet.
func (t *think) paint(s *state) {
	now := t.painted
	now.result, now.look, now.language = s.result, look{mixture: s.look.mixture, stretched: s.look.stretched}, language()
	if now == t.painted {
		return
	}
	t.painted = now
	g, parts := s.result.prompts, s.result.task
	route := &g.routes[s.look.mixture]
	// reach is 0 where the colours are to be those of what occurs.
	reach := func(whole float64) float64 {
		if s.look.stretched {
			return 0
		}
		return whole
	}
	for _, side := range sides {
		pl := t.prompts[side]
		pl.name.write(say("Prompt of {part}", parts.part(side)))
		pl.show(g, route.prompts[side], 0.5, reach(0.5))
	}
	t.sum.name.write(say("Sum of both prompts"))
	t.sum.show(g, route.sum(), 1, reach(0.2))
	t.experts.show(g, route)
	setHidden(t.doc.element("map-weight"), t.insight.weights == nil)
	if t.insight.weights != nil {
		name, stats := say("Weight of {part} in the result", parts.part(first)), say("Of the pixels: {statistics}", inWords(t.insight.pixels, 3))
		if s.result.variant.Head == core.HeadTwoScale {
			name = say("Weight of {part} in the local means", parts.part(first))
			stats = say("Light and colour are averaged around each pixel and weighed so; fine detail is weighed apart. Of the pixels: {statistics}",
				inWords(t.insight.pixels, 3))
		}
		t.weight.name.write(name)
		t.weight.show(g, t.insight.weights, 0.5, reach(0.5))
		t.weight.stats.write(stats)
	}
}

// point marks the token in all maps, and tells all about it.
func (t *think) point(s *state) {
	g := s.result.prompts
	row, col := s.look.token/g.cols, s.look.token%g.cols
	share := func(n, of int) string {
		return strconv.FormatFloat(100*float64(n*g.cell)/float64(of), 'f', 3, 64) + "%"
	}
	setProperty(t.maps, "--mark-x", share(col, s.result.width))
	setProperty(t.maps, "--mark-y", share(row, s.result.height))
	toggle(t.maps, "held", s.look.held)
	t.experts.mark(s.look.token)
	t.patch.show(t.insight, s.look)
	t.network.show(t.insight, s.look)
}

// pointAt is the visitor's act.
func (t *think) pointAt(token int) {
	if token != t.page.look.token {
		t.page.look.token = token
		t.point(&t.page.state)
	}
}

// removeChildren empties a list that is made anew.
func removeChildren(e element) { e.Underlying().Call("replaceChildren") }
