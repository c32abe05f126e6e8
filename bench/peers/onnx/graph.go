package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// ONNX's numbers for the types of elements.
const (
	typeFloat = 1
	typeInt8  = 3
	typeInt64 = 7
)

const (
	irVersion = 9  // of the file format
	opset     = 20 // of the operators: the first with Gelu
)

// value names a tensor of the graph.
type value string

// graph is an ONNX graph in the making.
type graph struct {
	nodes, inputs, outputs, constants []message

	known map[string]bool // constants by name
	count int             // results named so far
}

// attribute is a named constant of a node.
type attribute struct {
	name string
	v    any // int, float32, string or []int
}

// node adds an operator with one result.
func (g *graph) node(op string, attrs []attribute, in ...value) value {
	return g.several(op, 1, attrs, in...)[0]
}

// several adds an operator with some results.
func (g *graph) several(op string, results int, attrs []attribute, in ...value) []value {
	var m message
	for _, v := range in {
		m.string(1, string(v))
	}
	out := make([]value, results)
	for i := range out {
		g.count++
		out[i] = value(fmt.Sprintf("%s_%d", strings.ToLower(op), g.count))
		m.string(2, string(out[i]))
	}
	m.string(4, op)
	for _, a := range attrs {
		m.bytes(5, a.encode())
	}
	g.nodes = append(g.nodes, m)
	return out
}

func (a attribute) encode() message {
	const typeFloat, typeInt, typeString, typeInts = 1, 2, 3, 7
	var m message
	m.string(1, a.name)
	switch v := a.v.(type) {
	case float32:
		m.float(2, v)
		m.int(20, typeFloat)
	case int:
		m.int(3, v)
		m.int(20, typeInt)
	case string:
		m.string(4, v)
		m.int(20, typeString)
	case []int:
		for _, x := range v {
			m.int(8, x)
		}
		m.int(20, typeInts)
	default:
		panic(fmt.Sprintf("attribute %s is a %T", a.name, v))
	}
	return m
}

// constant adds a tensor; of two with one name the first stays.
func (g *graph) constant(name string, kind int, shape []int, raw func() []byte) value {
	if !g.known[name] {
		g.known[name] = true
		var m message
		for _, n := range shape {
			m.int(1, n)
		}
		m.int(2, kind)
		m.string(8, name)
		m.bytes(9, raw())
		g.constants = append(g.constants, m)
	}
	return value(name)
}

func (g *graph) floats(name string, shape []int, values func() []float32) value {
	return g.constant(name, typeFloat, shape, func() []byte {
		var raw []byte
		for _, v := range values() {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		}
		return raw
	})
}

func (g *graph) scalar(v float32) value {
	return g.floats(fmt.Sprint("number ", v), nil, func() []float32 { return []float32{v} })
}

func (g *graph) ints(v ...int) value {
	return g.constant(fmt.Sprint("numbers ", v), typeInt64, []int{len(v)}, func() []byte {
		var raw []byte
		for _, x := range v {
			raw = binary.LittleEndian.AppendUint64(raw, uint64(x))
		}
		return raw
	})
}

func (g *graph) input(name string, shape ...int) value {
	g.inputs = append(g.inputs, described(name, shape))
	return value(name)
}

// output makes v a result of the graph under a name of its own.
func (g *graph) output(v value, name string, shape ...int) {
	var m message
	m.string(1, string(v))
	m.string(2, name)
	m.string(4, "Identity")
	g.nodes = append(g.nodes, m)
	g.outputs = append(g.outputs, described(name, shape))
}

// described is the ValueInfoProto of a float tensor.
func described(name string, shape []int) message {
	var dims, tensor, kind, m message
	for _, n := range shape {
		var dim message
		dim.int(1, n)
		dims.bytes(1, dim)
	}
	tensor.int(1, typeFloat)
	tensor.bytes(2, dims)
	kind.bytes(1, tensor)
	m.string(1, name)
	m.bytes(2, kind)
	return m
}

// model is the finished ModelProto.
func (g *graph) model(name string) message {
	var inner message
	add := func(field int, list []message) {
		for _, m := range list {
			inner.bytes(field, m)
		}
	}
	add(1, g.nodes)
	inner.string(2, name)
	add(5, g.constants)
	add(11, g.inputs)
	add(12, g.outputs)

	var set, m message
	set.int(2, opset)
	m.int(1, irVersion)
	m.string(2, "tcmoa")
	m.bytes(7, inner)
	m.bytes(8, set)
	return m
}
