//go:build js && wasm

package main

import (
	"math"
	"slices"
	"syscall/js"
	"testing"

	"tcmoa/wasm/internal/typedarray"
)

func object(members map[string]any) *fields { return newFields(js.ValueOf(members)) }

func floats(values ...float32) js.Value { return typedarray.FromFloats(values) }

func TestFields(t *testing.T) {
	f := object(map[string]any{
		"text": "a", "number": 0.25, "integer": 7, "flag": true, "null": nil,
		"object":  map[string]any{"inner": map[string]any{"text": "b"}},
		"flags":   []any{true, false},
		"objects": []any{map[string]any{"text": "c"}, map[string]any{"text": "d"}},
		"floats":  floats(1, -2.5),
	})
	if f.text("text") != "a" || f.number("number", 1) != 0.25 || f.integer("integer", 0, 7) != 7 || !f.flag("flag") {
		t.Error("scalars are read wrongly")
	}
	if f.number("absent", 3) != 3 || f.number("null", 4) != 4 || f.has("null") || f.has("absent") || !f.has("flag") {
		t.Error("what is absent or null is not seen as that")
	}
	if f.object("object").object("inner").text("text") != "b" {
		t.Error("objects are read wrongly")
	}
	if !slices.Equal(f.flags("flags"), []bool{true, false}) || !slices.Equal(f.floats("floats"), []float32{1, -2.5}) {
		t.Error("lists are read wrongly")
	}
	if o := f.objects("objects"); len(o) != 2 || o[1].text("text") != "d" {
		t.Error("objects in arrays are read wrongly")
	}
	if *f.err != nil {
		t.Error(*f.err)
	}
}

func TestFieldsFaults(t *testing.T) {
	inner := func(v any) map[string]any { return map[string]any{"o": []any{map[string]any{"v": v}}} }
	deep := func(read func(*fields)) func(*fields) { return func(f *fields) { read(f.objects("o")[0]) } }
	for _, tc := range []struct {
		members map[string]any
		read    func(*fields)
		want    string
	}{
		{nil, func(f *fields) { f.text("v") }, "the option v must be a text"},
		{map[string]any{"v": 1}, func(f *fields) { f.text("v") }, "the option v must be a text"},
		{map[string]any{"v": math.NaN()}, func(f *fields) { f.number("v", 0) }, "the option v must be a finite number"},
		{map[string]any{"v": 1e300}, func(f *fields) { f.number("v", 0) }, "the option v must be a finite number"},
		{map[string]any{"v": "1"}, func(f *fields) { f.number("v", 0) }, "the option v must be a finite number"},
		{map[string]any{"v": 1.5}, func(f *fields) { f.integer("v", 0, 9) }, "the option v must be a whole number from 0 to 9"},
		{map[string]any{"v": 10}, func(f *fields) { f.integer("v", 0, 9) }, "the option v must be a whole number from 0 to 9"},
		{nil, func(f *fields) { f.integer("v", 1, 9) }, "the option v must be a whole number from 1 to 9"},
		{map[string]any{"v": 1}, func(f *fields) { f.flag("v") }, "the option v must be true or false"},
		{map[string]any{"v": 1}, func(f *fields) { f.object("v").text("w") }, "the option v must be an object"},
		{map[string]any{"v": map[string]any{}}, func(f *fields) { f.objects("v") }, "the option v must be an array of at most 1024 elements"},
		{map[string]any{"v": make([]any, 1025)}, func(f *fields) { f.flags("v") }, "the option v must be an array of at most 1024 elements"},
		{map[string]any{"v": []any{true, 1}}, func(f *fields) { f.flags("v") }, "the option v[1] must be true or false"},
		{map[string]any{"v": []any{1}}, func(f *fields) { f.floats("v") }, "the option v must be a Float32Array"},
		{inner(true), deep(func(f *fields) { f.text("v") }), "the option o[0].v must be a text"},
	} {
		f := object(tc.members)
		tc.read(f)
		if *f.err == nil || (*f.err).Error() != tc.want {
			t.Errorf("%v: got %v, want %s", tc.members, *f.err, tc.want)
		}
	}
}

// The first fault is the one that is told.
func TestFieldsKeepTheFirstFault(t *testing.T) {
	f := object(nil)
	f.text("first")
	f.object("second").flag("third")
	if want := "the option first must be a text"; (*f.err).Error() != want {
		t.Errorf("got %v, want %s", *f.err, want)
	}
}

// A message may hold the view of a larger buffer.
func TestFloatsOfAView(t *testing.T) {
	view := floats(1, 2, 3, 4).Call("subarray", 1, 3)
	f := object(map[string]any{"v": view})
	if got := f.floats("v"); !slices.Equal(got, []float32{2, 3}) {
		t.Errorf("got %v", got)
	}
}
