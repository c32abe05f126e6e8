//go:build js && wasm

package main

import (
	"math"
	"strconv"

	"honnef.co/go/js/dom/v2"
)

// dial is a number that can be dragged, typed, and put back: a range, a number
// field and a button. Its value is whole, in units of what the range steps
// through; the field shows it in units of its own.
type dial struct {
	doc     document
	slider  *dom.HTMLInputElement
	field   *dom.HTMLInputElement
	reset   *dom.HTMLButtonElement
	lo, hi  int
	unit    int                // how many make 1 in the field
	origin  int                // what the button puts it back to
	tell    func(v int) string // the value for those who hear it
	current int
}

// newDial finds the elements NAME, NAME-number and NAME-reset. turn is told each
// new value, and whether it stays: while a slider is dragged it does not yet.
func newDial(d document, name string, unit, origin int, tell func(int) string, turn func(v int, stays bool)) *dial {
	l := &dial{
		doc: d, slider: d.input(name), field: d.input(name + "-number"), reset: d.button(name + "-reset"),
		unit: unit, origin: origin, tell: tell, current: origin,
	}
	l.lo, l.hi = atoi(l.slider.Min()), atoi(l.slider.Max())
	listen(l.slider, "input", func(*dom.BasicEvent) { turn(atoi(l.slider.Value()), false) })
	listen(l.slider, "change", func(*dom.BasicEvent) { turn(atoi(l.slider.Value()), true) })
	listen(l.field, "input", func(*dom.BasicEvent) {
		if v, ok := l.typed(); ok {
			turn(v, false)
		}
	})
	listen(l.field, "change", func(*dom.BasicEvent) {
		v, ok := l.typed()
		if !ok {
			v = l.current
		}
		l.write(v)
		turn(v, true)
	})
	listen(l.reset, "click", func(*dom.BasicEvent) { turn(l.origin, true) })
	return l
}

// typed is the field's value, held within the limits.
func (l *dial) typed() (int, bool) {
	v, err := strconv.ParseFloat(l.field.Value(), 64)
	if err != nil || math.IsNaN(v) {
		return 0, false
	}
	return int(math.Round(min(max(v*float64(l.unit), float64(l.lo)), float64(l.hi)))), true
}

func (l *dial) write(v int) {
	l.field.SetValue(strconv.FormatFloat(float64(v)/float64(l.unit), 'f', -1, 64))
}

// show shows a value.
func (l *dial) show(v int) {
	l.current = v
	l.slider.SetValue(count(v))
	l.slider.SetAttribute("aria-valuetext", l.tell(v))
	// What is being typed, "1." for instance, is nobody else's business.
	if !l.doc.focused(l.field) {
		l.write(v)
	} else if typed, ok := l.typed(); !ok || typed != v {
		l.write(v)
	}
	disable(l.reset, v == l.origin)
}

// disable has a button say that it does nothing just now. It stays focusable.
func disable(b element, off bool) { b.Underlying().Call("setAttribute", "aria-disabled", boolean(off)) }

// atoi is a number of index.html's or a control's.
func atoi(text string) int {
	v, err := strconv.Atoi(text)
	if err != nil {
		panic("not a whole number: " + text)
	}
	return v
}
