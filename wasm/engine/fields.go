//go:build js && wasm

package main

import (
	"fmt"
	"math"
	"syscall/js"

	"tcmoa/wasm/internal/typedarray"
)

// maxInt is the largest whole number that JavaScript and Go's 32-bit addresses
// agree on.
const maxInt = 1<<31 - 1

// fields reads the members of a message or of an object in it. The first one
// that is missing or of a wrong kind is kept as an error that names it, and
// reading goes on with zero values, so that a decoder checks err once, at its
// end.
type fields struct {
	v    js.Value
	name string // of v in the message, for errors; "" for the message itself
	err  *error
}

func newFields(v js.Value) *fields { return &fields{v: v, err: new(error)} }

func (f *fields) fail(name, want string) {
	if *f.err == nil {
		*f.err = fmt.Errorf("the option %s must be %s", f.path(name), want)
	}
}

func (f *fields) path(name string) string {
	if f.name == "" || name == "" {
		return f.name + name
	}
	return f.name + "." + name
}

// get is a member, undefined where there is none; null counts as that.
func (f *fields) get(name string) js.Value {
	if f.v.Type() != js.TypeObject {
		return js.Undefined()
	}
	v := f.v.Get(name)
	if v.IsNull() {
		return js.Undefined()
	}
	return v
}

func (f *fields) has(name string) bool { return !f.get(name).IsUndefined() }

func (f *fields) text(name string) string {
	v := f.get(name)
	if v.Type() != js.TypeString {
		f.fail(name, "a text")
		return ""
	}
	return v.String()
}

// number is a finite member that float32 can hold, fallback where it is absent.
func (f *fields) number(name string, fallback float32) float32 {
	v := f.get(name)
	if v.IsUndefined() {
		return fallback
	}
	if v.Type() == js.TypeNumber && math.Abs(v.Float()) <= math.MaxFloat32 {
		return float32(v.Float())
	}
	f.fail(name, "a finite number")
	return fallback
}

// integer is a whole number from lo to hi.
func (f *fields) integer(name string, lo, hi int) int {
	v := f.get(name)
	if v.Type() == js.TypeNumber {
		if n := v.Float(); n == math.Trunc(n) && n >= float64(lo) && n <= float64(hi) {
			return int(n)
		}
	}
	f.fail(name, fmt.Sprintf("a whole number from %d to %d", lo, hi))
	return lo
}

func (f *fields) flag(name string) bool {
	v := f.get(name)
	if v.Type() != js.TypeBoolean {
		f.fail(name, "true or false")
		return false
	}
	return v.Bool()
}

// object is a member that has members.
func (f *fields) object(name string) *fields {
	v := f.get(name)
	if v.Type() != js.TypeObject {
		f.fail(name, "an object")
	}
	return &fields{v: v, name: f.path(name), err: f.err}
}

// objects is the elements of an array of objects.
func (f *fields) objects(name string) []*fields {
	all := make([]*fields, f.length(name))
	for i := range all {
		path := fmt.Sprintf("%s[%d]", f.path(name), i)
		all[i] = &fields{v: f.get(name).Index(i), name: path, err: f.err}
	}
	return all
}

// flags is the elements of an array of booleans.
func (f *fields) flags(name string) []bool {
	all := make([]bool, f.length(name))
	for i := range all {
		v := f.get(name).Index(i)
		if v.Type() != js.TypeBoolean {
			f.fail(fmt.Sprintf("%s[%d]", name, i), "true or false")
			break
		}
		all[i] = v.Bool()
	}
	return all
}

// maxLength bounds arrays, far above what any network has of anything.
const maxLength = 1024

// length is how many elements an array has.
func (f *fields) length(name string) int {
	v := f.get(name)
	if v.Type() != js.TypeObject || !js.Global().Get("Array").Call("isArray", v).Bool() || v.Length() > maxLength {
		f.fail(name, fmt.Sprintf("an array of at most %d elements", maxLength))
		return 0
	}
	return v.Length()
}

// floats is the values of a Float32Array.
func (f *fields) floats(name string) []float32 {
	v := f.get(name)
	if v.Type() != js.TypeObject || !v.InstanceOf(js.Global().Get("Float32Array")) {
		f.fail(name, "a Float32Array")
		return nil
	}
	return typedarray.Floats(v)
}
