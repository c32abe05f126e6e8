// Package settings has what a visitor steers a fusion with: as a value that is
// compared, undone and done again, as the text that a link carries, and as the
// grid that a painted region becomes.
//
// Numbers are whole, in units of what the page lets one choose, so that a text
// read back is the same value.
package settings

import (
	"maps"
	"math/bits"
	"slices"
)

// Settings steer a fusion. The zero value is not the default one: use Default.
// Nobody changes what its maps and slices hold; the With methods copy.
type Settings struct {
	Prompt  Prompt         // of all mixtures of adapters that have none of their own
	Own     map[int]Prompt // by the number of the mixture, the encoder's first, from 0
	Router  Router
	Off     uint32 // a bit for each expert that is switched off
	Strokes []Stroke
}

// Prompt is a change of a mixture's prompts, p ← ½ + Alpha·(p-½) ± Beta, in
// hundredths.
type Prompt struct{ Alpha, Beta int }

// Limits of a Prompt.
const (
	AlphaMost = 400
	BetaMost  = 50
)

// NoChange leaves prompts as the network makes them.
var NoChange = Prompt{Alpha: 100}

// Default changes nothing.
func Default() Settings { return Settings{Prompt: NoChange} }

// Tasks are those of a Router, in its order.
var Tasks = [...]string{"mef", "mff", "vif"}

// Router has each task's share in hundredths, 100 together. The zero value is
// the router of the task that was chosen.
type Router [len(Tasks)]int

// Whole is the router of one task alone.
func Whole(task string) (r Router) {
	if i := slices.Index(Tasks[:], task); i >= 0 {
		r[i] = 100
	}
	return r
}

// Of is the router that is at work with a task.
func (r Router) Of(task string) Router {
	if r == (Router{}) {
		return Whole(task)
	}
	return r
}

// With gives one task a share; the others keep their proportion, or share
// evenly where they had nothing.
func (r Router) With(i, share int) Router {
	share = min(max(share, 0), 100)
	a, b := (i+1)%len(r), (i+2)%len(r)
	rest, before := 100-share, r[a]+r[b]
	out := Router{}
	out[i] = share
	if before == 0 {
		out[a] = rest / 2
	} else {
		out[a] = (rest*r[a] + before/2) / before
	}
	out[b] = rest - out[a]
	return out
}

// Shared is a Router in proportion to weights of any sum, which are not all 0.
func Shared(weights [len(Tasks)]float64) (r Router) {
	sum, most := 0.0, 0
	for i, w := range weights {
		weights[i] = max(w, 0)
		sum += weights[i]
	}
	left := 100
	for i, w := range weights {
		r[i] = int(100*w/sum + 0.5)
		left -= r[i]
		if r[i] > r[most] {
			most = i
		}
	}
	r[most] += left // of rounding
	return r
}

// At is the prompt of a mixture.
func (s Settings) At(moa int) Prompt {
	if p, ok := s.Own[moa]; ok {
		return p
	}
	return s.Prompt
}

// WithOwn gives a mixture its own prompt, none where it is that of all.
func (s Settings) WithOwn(moa int, p Prompt) Settings {
	s.Own = maps.Clone(s.Own)
	if p == s.Prompt {
		delete(s.Own, moa)
		return s
	}
	if s.Own == nil {
		s.Own = map[int]Prompt{}
	}
	s.Own[moa] = p
	return s
}

// WithPrompt gives all mixtures a prompt that have none of their own. One that
// is the same stays a mixture's own: a slider that passes it goes on.
func (s Settings) WithPrompt(p Prompt) Settings {
	s.Prompt = p
	return s
}

// On tells whether an expert takes part.
func (s Settings) On(expert int) bool { return s.Off>>expert&1 == 0 }

// WithExpert switches an expert on or off. The last one of count stays on.
func (s Settings) WithExpert(expert, count int, on bool) Settings {
	off := s.Off &^ (1 << expert)
	if !on {
		off |= 1 << expert
	}
	if bits.OnesCount32(off) < count {
		s.Off = off
	}
	return s
}

// Turned paints the same of a pair whose pictures have changed places.
func (s Settings) Turned() Settings {
	s.Strokes = slices.Clone(s.Strokes)
	for i := range s.Strokes {
		switch stroke := &s.Strokes[i]; stroke.Kind {
		case First:
			stroke.Kind = Second
		case Second:
			stroke.Kind = First
		}
	}
	return s
}

// WithStroke adds a stroke above the others. Beyond MostStrokes it changes
// nothing.
func (s Settings) WithStroke(stroke Stroke) Settings {
	if len(s.Strokes) < MostStrokes {
		s.Strokes = append(slices.Clip(s.Strokes), stroke)
	}
	return s
}

// Fit is s without what a model of so many mixtures and experts does not have.
func (s Settings) Fit(moas, experts int) Settings {
	s.Own = maps.Clone(s.Own)
	maps.DeleteFunc(s.Own, func(moa int, _ Prompt) bool { return moa >= moas })
	all := uint32(1)<<experts - 1
	if s.Off &= all; s.Off == all {
		s.Off = 0
	}
	return s
}

// Equal tells whether two settings are the same.
func (s Settings) Equal(o Settings) bool {
	return s.Prompt == o.Prompt && maps.Equal(s.Own, o.Own) && s.Router == o.Router && s.Off == o.Off &&
		slices.EqualFunc(s.Strokes, o.Strokes, Stroke.Equal)
}

// Changes is how many kinds of controls differ from the default: of the prompts,
// the router, the experts and the region.
func (s Settings) Changes() int {
	n := 0
	for _, changed := range []bool{s.Prompt != NoChange || len(s.Own) > 0, s.Router != Router{}, s.Off != 0, len(s.Strokes) > 0} {
		if changed {
			n++
		}
	}
	return n
}
