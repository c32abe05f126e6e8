//go:build js && wasm

package main

import (
	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/settings"
)

// everyMoA is the choice of all mixtures of adapters together.
const everyMoA = -1

// promptDials are the shift and the scale of the prompts, of all mixtures or of
// one.
type promptDials struct {
	doc         document
	now         *text
	choice      *dom.BasicHTMLElement // a select
	chosen      int                   // a mixture, or everyMoA
	listed      int                   // mixtures in the choice
	spoken      string                // the language they are listed in
	alpha, beta *dial
	ends        [2]*text
	formula     [2]formula
	state       *state
}

// formula is Eq. 8 for one source.
type formula struct{ alpha, sign, beta *text }

func newPromptDials(d document, p *page) *promptDials {
	b := &promptDials{doc: d, now: d.text("prompts-now"), choice: d.element("moa"), chosen: everyMoA, state: &p.state}
	turn := func(part func(*settings.Prompt) *int) func(int, bool) {
		return func(v int, stays bool) {
			prompt := b.prompt(p.settings)
			*part(&prompt) = v
			if b.chosen == everyMoA {
				p.steer(p.settings.WithPrompt(prompt), stays)
			} else {
				p.steer(p.settings.WithOwn(b.chosen, prompt), stays)
			}
		}
	}
	b.beta = newDial(d, "beta", 100, 0, b.tellBeta, turn(func(q *settings.Prompt) *int { return &q.Beta }))
	b.alpha = newDial(d, "alpha", 100, 100, hundredth, turn(func(q *settings.Prompt) *int { return &q.Alpha }))
	for _, s := range sides {
		b.ends[s] = d.text("beta-" + s.word())
		b.formula[s] = formula{d.text("formula-alpha-" + s.word()), d.text("formula-sign-" + s.word()), d.text("formula-beta-" + s.word())}
	}
	listen(b.choice, "change", func(*dom.BasicEvent) {
		b.chosen = atoi(b.choice.Get("value").String())
		p.render()
	})
	return b
}

// prompt is that of the chosen mixture.
func (b *promptDials) prompt(s settings.Settings) settings.Prompt {
	if b.chosen == everyMoA {
		return s.Prompt
	}
	return s.At(b.chosen)
}

// tellBeta says which way a shift goes.
func (b *promptDials) tellBeta(v int) string {
	switch {
	case v > 0:
		return say("{beta}, towards {part}", hundredth(v), b.state.task.part(first))
	case v < 0:
		return say("{beta}, towards {part}", hundredth(v), b.state.task.part(second))
	default:
		return say("none")
	}
}

// hundredth is a number of hundredths in the page's language.
func hundredth(v int) string { return number(float64(v)/100, 2) }

func (b *promptDials) render(s *state) {
	b.list(s)
	prompt := b.prompt(s.settings)
	origin := settings.NoChange
	if b.chosen != everyMoA { // it goes back to where the others are
		origin = s.settings.Prompt
	}
	b.alpha.origin, b.beta.origin = origin.Alpha, origin.Beta
	b.alpha.show(prompt.Alpha)
	b.beta.show(prompt.Beta)
	for _, side := range sides {
		b.ends[side].write(s.task.part(side))
		beta := prompt.Beta
		if side == second {
			beta = -beta
		}
		f, sign := b.formula[side], "+"
		if beta < 0 || beta == 0 && side == second {
			sign, beta = "−", -beta
		}
		f.alpha.write(hundredth(prompt.Alpha))
		f.sign.write(sign)
		f.beta.write(hundredth(beta))
	}
	all := s.settings.Prompt
	words := "α " + hundredth(all.Alpha) + " · β " + hundredth(all.Beta)
	if n := len(s.settings.Own); n > 0 {
		words += " · " + plural(n, "{n} of its own", "{n} of their own")
	}
	b.now.write(words)
}

// list offers the model's mixtures.
func (b *promptDials) list(s *state) {
	v := s.variant()
	if v == nil || b.listed == v.MoAs() && b.spoken == language() {
		return
	}
	b.listed, b.spoken = v.MoAs(), language()
	b.choice.SetTextContent("")
	offer := func(moa int, words string) {
		option := b.doc.make("option", "", words)
		option.SetAttribute("value", count(moa))
		b.choice.AppendChild(option)
	}
	offer(everyMoA, say("all mixtures"))
	for j := range v.MoAs() {
		if j < v.EncoderMoAs() {
			offer(j, say("mixture {n}, in the encoder", j+1))
		} else {
			offer(j, say("mixture {n}, in the decoder", j+1))
		}
	}
	if b.chosen >= v.MoAs() {
		b.chosen = everyMoA
	}
	b.choice.Set("value", count(b.chosen))
}
