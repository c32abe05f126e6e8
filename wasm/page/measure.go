//go:build js && wasm

package main

import "errors"

// Measuring: what a visitor asks for, and how it is worked off.

// showClassic compares the result with a classical method's picture.
func (p *page) showClassic(by *method) {
	p.view, p.classic = againstClassic, by
	p.render()
}

// wantClassic has a classical method's picture computed, unless it is there, on
// its way, or has failed.
func (p *page) wantClassic(by *method) {
	if c := p.measures.column(by); c == nil || !c.bitmap.Truthy() && !c.failed {
		p.ask(job{method: by})
	}
}

// measure has methods measured that are not yet.
func (p *page) measure(methods ...*method) {
	m := p.measures
	m.failure = nil
	for _, by := range methods {
		c := m.column(by)
		if c != nil && c.counts != nil {
			continue
		}
		if by != network && (c == nil || !c.bitmap.Truthy()) {
			p.ask(job{method: by})
		}
		p.ask(job{by, true})
	}
	p.render()
}

// cancelMeasures stops what is at work. What is known by then stays.
func (p *page) cancelMeasures() {
	m := p.measures
	m.ended()
	for _, c := range m.columns {
		if c.counts == nil {
			c.values = nil
		}
	}
	p.status.write(say("Cancelled."))
	p.render()
}

// dropMeasures forgets those of a pair that is no longer there.
func (p *page) dropMeasures() {
	p.measures.ended()
	p.measures = &measures{}
}

// ask puts a job behind those that wait.
func (p *page) ask(j job) {
	m := p.measures
	if m.isAsked(j) {
		return
	}
	m.jobs = append(m.jobs, j)
	if len(m.jobs) == 1 {
		go p.work(m)
	}
}

// work does the jobs until there are none. That they have been cancelled, or are
// another pair's, it notices when the Worker no longer answers.
func (p *page) work(m *measures) {
	a, b := p.pair()
	for len(m.jobs) > 0 {
		err := p.do(m, m.jobs[0], a, b)
		if errors.Is(err, errMeasuringEnded) {
			return
		}
		if err != nil { // a Worker that has failed once is not asked again
			m.failure = err
			m.add(m.jobs[0].method).failed = true
			m.ended()
			break
		}
		m.jobs = m.jobs[1:]
		p.render()
	}
	m.done = 0
	p.render()
}

func (p *page) do(m *measures, j job, a, b *picture) error {
	if m.worker == nil {
		m.worker = newMeasureWorker()
		p.render()
		histograms, width, height, err := m.worker.sources(a, b)
		if err != nil {
			return err
		}
		m.histograms, m.width, m.height = histograms, width, height
	}
	if !j.figures {
		bitmap, err := m.worker.fuse(j.method)
		if err == nil {
			m.add(j.method).bitmap = bitmap
			m.done++
		}
		return err
	}
	c := m.add(j.method)
	c.values = map[string]float64{}
	picture := c.bitmap
	if j.method == network {
		m.of = p.result
		picture = p.stage.fused.Value
	}
	counts, err := m.worker.figures(picture, func(name string, value float64) {
		c.values[name] = value
		m.done++
		p.measureBox.render(&p.state)
	})
	c.counts = counts
	return err
}
