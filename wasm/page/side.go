//go:build js && wasm

package main

// side is one of the two sources.
type side int

const (
	first side = iota
	second
)

// sides in order, to range over.
var sides = [2]side{first, second}

// word is the side in the ids of its elements.
func (s side) word() string { return [2]string{"first", "second"}[s] }

// describe tells of the side's picture by what it is.
func (s side) describe(what string) string {
	return say([2]string{mark("The first picture: {what}"), mark("The second picture: {what}")}[s], what)
}
