//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/wasm/internal/settings"
)

// state is everything that the page shows.
type state struct {
	task    *task
	sources [2]source
	notice  error // about the last act that concerned no single source
	model   model
	backend string  // what the model is to run on, in the module's words
	fusion  *fusion // nil while none is wanted
	failure error   // of the last fusion or sample
	result  *result // of the sources as they are, nil where they have changed since

	settings settings.Settings // what the visitor steers with
	history  *settings.History
	problem  error    // with the last act of steering
	follower follower // brings the result up to the settings
	kept     *kept    // a result to compare with, or nil
	coarse   *result  // a preview of it, on the stage until the result is there

	example exampleState
	view    view    // of the result
	classic *method // that it is compared with, when it is
	look    look

	measures *measures // of the pair
	batch    batch

	suggestion *suggestion  // of the task; nil before there is a pair
	act        int          // counts what the visitor does to the sources
	pairBefore pairBefore   // what was in their places before the last of that
	past       []pairBefore // what was and can be brought back, the latest last

	samples      []*sample
	samplesKnown bool    // whether they have been asked for
	sample       *sample // whose pictures the sources are, or nil
	turned       *turned // what the pair had in the other order, or nil
}

// source is one of the two places for pictures.
type source struct {
	picture *picture
	reading bool  // whether a file is being decoded for it
	problem error // with the last file meant for it
	arrival int   // counts the files meant for it, so that the last one wins
}

// model is how far the loading of the weights has come.
type model struct {
	fuser *fuser // nil until it is ready
	arrival
	failure error
}

// fusion is one that waits for the model or runs.
type fusion struct {
	controller js.Value // its AbortController
	started    bool     // false while it waits for the model
	step       step
}

// result is a fusion that succeeded.
type result struct {
	*fused
	task     *task
	settings settings.Settings
	name     string   // for its file
	covered  js.Value // its picture, while a preview is on the canvas
}

// free tells whether nothing of the visitor's is there and nothing on its way.
func (s *state) free(at side) bool {
	source := &s.sources[at]
	return !source.reading && (source.picture == nil || s.example == exampleShown)
}

// pair is both pictures, nil as long as one is missing.
func (s *state) pair() (a, b *picture) {
	a, b = s.sources[first].picture, s.sources[second].picture
	if a == nil || b == nil {
		return nil, nil
	}
	return a, b
}

// mismatch is what is wrong with pictures that do not fit together.
func (s *state) mismatch() error {
	if a, b := s.pair(); a != nil {
		return mismatch(a, b)
	}
	return nil
}

func mismatch(a, b *picture) error {
	if a.width == b.width && a.height == b.height {
		return nil
	}
	return problem("The pictures differ in size: the first has {size} pixels, the second {other}. "+
		"They are fused pixel by pixel, so scale or crop one to the other’s size, or choose another.",
		dimensions(a.width, a.height), dimensions(b.width, b.height))
}

// obstacle is what a fusion lacks, nil where nothing.
func (s *state) obstacle() error {
	a, b := s.sources[first].picture, s.sources[second].picture
	switch {
	case a == nil && b == nil:
		return problem("Choose two pictures of one scene, or a sample.")
	case a == nil:
		return problem("The first picture is still missing.")
	case b == nil:
		return problem("The second picture is still missing.")
	default:
		return s.mismatch()
	}
}
