//go:build js && wasm

package main

import "syscall/js"

// measures is what is found out about a pair besides the fusion: figures of it,
// and the classical methods' pictures and figures. It is the pair's: another
// gets another.
type measures struct {
	worker        *measureWorker // nil as long as there is nothing to do
	jobs          []job          // the first one is at work
	done          int            // steps of the jobs since there were none
	failure       error
	width, height int // that the pair is measured at; 0 until a Worker has it
	histograms    [2][]float64
	columns       []*column // the network's first, then the classics' in their order
	of            *result   // that the network's column is about
}

// column is a method's part of the findings.
type column struct {
	method *method
	bitmap js.Value           // its picture, an ImageBitmap; undefined where there is none (yet)
	counts []float64          // the histogram of that; nil until it is measured
	values map[string]float64 // by metrics' names; nil until they are asked for
	failed bool
}

// job is a piece of work for the Worker: to fuse by a method, or to measure
// what it has fused.
type job struct {
	method  *method
	figures bool
}

// steps is how many parts of it can be seen to be done.
func (j job) steps() int {
	if j.figures {
		return len(metrics)
	}
	return 1
}

// progress is how much of what is to be done has been.
func (m *measures) progress() float64 {
	total := 0
	for _, j := range m.jobs {
		total += j.steps()
	}
	if len(m.jobs) > 0 && m.jobs[0].figures { // part of which is done
		if c := m.column(m.jobs[0].method); c != nil {
			total -= len(c.values)
		}
	}
	return float64(m.done) / float64(max(m.done+total, 1))
}

// column is a method's, nil where there is none yet.
func (m *measures) column(of *method) *column {
	for _, c := range m.columns {
		if c.method == of {
			return c
		}
	}
	return nil
}

// measured are the columns of which there are figures, or will be.
func (m *measures) measured() (columns []*column) {
	for _, c := range m.columns {
		if c.values != nil {
			columns = append(columns, c)
		}
	}
	return columns
}

// add is a method's column, made in its place where it is missing.
func (m *measures) add(of *method) *column {
	if c := m.column(of); c != nil {
		return c
	}
	added := &column{method: of}
	var ordered []*column
	for _, method := range append([]*method{network}, classics...) {
		if method == of {
			ordered = append(ordered, added)
		} else if c := m.column(method); c != nil {
			ordered = append(ordered, c)
		}
	}
	m.columns = ordered
	return added
}

// drop forgets a method's column.
func (m *measures) drop(of *method) {
	var kept []*column
	for _, c := range m.columns {
		if c.method != of {
			kept = append(kept, c)
		}
	}
	m.columns = kept
}

// isAsked tells whether a job is at work or waits.
func (m *measures) isAsked(j job) bool {
	for _, asked := range m.jobs {
		if asked == j {
			return true
		}
	}
	return false
}

// ended lets go of the Worker. Who waits for it learns that it is over.
func (m *measures) ended() {
	if m.worker != nil {
		m.worker.end()
		m.worker = nil
	}
	m.jobs, m.done = nil, 0
}

// best tells whether a column has a metric's best value, of two or more.
func (m *metric) best(c *column, columns []*column) bool {
	own, known := c.values[m.name]
	rivals := 0
	for _, other := range columns {
		v, has := other.values[m.name]
		if has && other != c {
			rivals++
			if m.lower && v < own || !m.lower && v > own {
				return false
			}
		}
	}
	return known && rivals > 0
}
