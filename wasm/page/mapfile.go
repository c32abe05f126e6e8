//go:build js && wasm

package main

import (
	"strconv"
	"strings"
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"tcmoa/wasm/internal/typedarray"
)

// mapFile hands out the maps of a result: the weight of every pixel, and what
// each mixture of adapters decided, as pictures and as numbers.
type mapFile struct {
	page     *page
	doc      document
	choice   *dom.BasicHTMLElement // a select
	png, csv *dom.HTMLButtonElement
	listed   int    // mixtures in the choice
	spoken   string // the language that they are listed in
}

// chart is a map with one or several numbers in each place.
type chart struct {
	name          string   // for its file
	columns       []string // of the numbers
	values        [][]float32
	width, height int
}

func newMapFile(d document, p *page) *mapFile {
	m := &mapFile{page: p, doc: d, choice: d.element("map"), png: d.button("map-png"), csv: d.button("map-csv")}
	listen(m.png, "click", func(*dom.BasicEvent) {
		if c := m.chosen(&p.state); c != nil {
			c.picture(func(blob js.Value) { deliver(d, blob, c.name+".png") })
		}
	})
	listen(m.csv, "click", func(*dom.BasicEvent) {
		if c := m.chosen(&p.state); c != nil {
			deliver(d, newBlob(c.table(), "text/csv"), c.name+".csv")
		}
	})
	return m
}

// chosen is the map that is chosen, nil where there is none.
func (m *mapFile) chosen(s *state) *chart {
	r := s.result
	if r == nil {
		return nil
	}
	stem := s.sources[first].picture.stem() + "-" + r.task.id + "-"
	kind, number, _ := strings.Cut(m.choice.Get("value").String(), "-")
	if kind == "weight" {
		if !r.weights.Truthy() {
			return nil
		}
		return &chart{stem + "weight", []string{"weight"}, [][]float32{typedarray.Floats(r.weights)}, r.width, r.height}
	}
	i := atoi(number)
	if r.prompts == nil || i >= len(r.prompts.routes) {
		return nil
	}
	route := r.prompts.routes[i]
	c := &chart{name: stem + kind + "-" + count(i+1), width: r.prompts.cols, height: r.prompts.rows}
	if kind == "prompts" {
		c.columns, c.values = []string{"first", "second"}, route.prompts[:]
		return c
	}
	experts := len(route.gates) / r.prompts.tokens()
	for e := range experts {
		values := make([]float32, r.prompts.tokens())
		for t := range values {
			values[t] = route.gates[t*experts+e]
		}
		c.columns, c.values = append(c.columns, "expert"+count(e+1)), append(c.values, values)
	}
	return c
}

// table is the map as CSV: a line for each place, row by row.
func (c *chart) table() string {
	var b strings.Builder
	b.WriteString("row,column," + strings.Join(c.columns, ",") + "\n")
	for i := range c.width * c.height {
		b.WriteString(count(i/c.width) + "," + count(i%c.width))
		for _, values := range c.values {
			b.WriteString("," + strconv.FormatFloat(float64(values[i]), 'g', 6, 32))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// picture encodes the map in grey, from 0 to 1; the numbers of a place lie side
// by side, each in a picture of its own.
func (c *chart) picture(take func(blob js.Value)) {
	wide := c.width * len(c.values)
	bytes := make([]byte, 4*wide*c.height)
	for k, values := range c.values {
		for i, v := range values {
			at := 4 * (i/c.width*wide + k*c.width + i%c.width)
			grey := byte(min(max(v, 0), 1)*255 + 0.5)
			bytes[at], bytes[at+1], bytes[at+2], bytes[at+3] = grey, grey, grey, 255
		}
	}
	pixels := js.Global().Get("Uint8ClampedArray").New(len(bytes))
	js.CopyBytesToJS(pixels, bytes)
	canvas := js.Global().Get("OffscreenCanvas").New(wide, c.height)
	canvas.Call("getContext", "2d").Call("putImageData", js.Global().Get("ImageData").New(pixels, wide), 0, 0)
	go func() {
		if blob, err := await(canvas.Call("convertToBlob")); err == nil {
			take(blob)
		}
	}()
}

func (m *mapFile) render(s *state) {
	if v := s.variant(); v != nil && (m.listed != v.MoAs() || m.spoken != language()) {
		m.list(mixturesOf(*v))
	}
	ready := s.result != nil && !s.result.recorded
	disable(m.png, !ready)
	disable(m.csv, !ready)
}

// list offers what there is.
func (m *mapFile) list(mixtures []mixture) {
	chosen := m.choice.Get("value")
	m.listed, m.spoken = len(mixtures), language()
	removeChildren(m.choice)
	offer := func(value, words string) {
		option := m.doc.make("option", "", words)
		option.SetAttribute("value", value)
		m.choice.AppendChild(option)
	}
	offer("weight", say("Weight"))
	for i, at := range mixtures {
		offer("prompts-"+count(i), say("Prompts: {place}", at.name()))
		offer("gates-"+count(i), say("Gates: {place}", at.name()))
	}
	m.choice.Set("value", chosen)
}
