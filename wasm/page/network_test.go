//go:build js && wasm

package main

import (
	"strings"
	"testing"

	"tcmoa/core"
)

// kinds is a network's parts in letters, the decoder's in capitals.
func kinds(c core.Config) string {
	var all strings.Builder
	for _, p := range partsOf(c) {
		letter := string(p.kind[:1])
		if p.decoder {
			letter = strings.ToUpper(letter)
		}
		all.WriteString(letter)
	}
	return all.String()
}

func TestPartsOf(t *testing.T) {
	tiny := core.Config{Depth: 6, DecoderDepth: 2, Tau: 2, Head: core.HeadBlend, LocalConv: true}
	if got := kinds(tiny); got != "pbbmbbmbbmBBMH" {
		t.Errorf("tiny: %s", got)
	}
	base := core.Config{Depth: 12, DecoderDepth: 8, Tau: 4, TauShift: 2, Head: core.HeadPixels}
	if got := kinds(base); got != "pbbmbbbbmbbbbmbbBBMBBBBMBBH" {
		t.Errorf("base: %s", got)
	}
	parts := partsOf(base)
	last := 0
	for _, p := range parts {
		if p.kind == mixturePart {
			if p.mixture != last {
				t.Errorf("mixture %d, want %d", p.mixture, last)
			}
			last++
		}
	}
	if last != base.MoAs() {
		t.Errorf("%d mixtures, want %d", last, base.MoAs())
	}
}

// Every part and step has a lesson in index.html, every lesson is of one, and its
// heading is the step's name.
func TestLessons(t *testing.T) {
	html := string(read(t, site+"index.html"))
	names := map[string]string{"network": "", "patches": "", "block": "", "mixture": "", "head": ""}
	for _, c := range []core.Config{
		{Depth: 1, DecoderDepth: 1, Tau: 1, Head: core.HeadTwoScale, LocalConv: true},
		{Depth: 1, DecoderDepth: 1, Tau: 1, Head: core.HeadBlend},
		{Depth: 1, DecoderDepth: 1, Tau: 1, Head: core.HeadPixels},
	} {
		for _, p := range partsOf(c) {
			for _, s := range p.steps(c) {
				names[string(s)] = stepNames[s]
			}
		}
	}
	for name, heading := range names {
		_, lesson, found := strings.Cut(html, `data-lesson="`+name+`"`)
		lesson, _, _ = strings.Cut(lesson, "</article>")
		if !found || !strings.Contains(lesson, "<math ") || !strings.Contains(lesson, "<h4>"+heading) {
			t.Errorf("lesson %s: %s", name, lesson)
		}
	}
	if n := strings.Count(html, "data-lesson="); n != len(names) {
		t.Errorf("%d lessons, want %d", n, len(names))
	}
}
