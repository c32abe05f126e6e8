//go:build js && wasm

package main

import (
	"errors"
	"slices"
	"syscall/js"

	"tcmoa/core"
	"tcmoa/metrics"
	"tcmoa/metrics/baseline"
)

// measurer holds a pair of sources.
type measurer struct {
	a, b    *core.RGBA
	sources *metrics.Sources
}

func newMeasurer() *measurer { return &measurer{} }

var errNoPair = errors.New("there are no sources yet")

// setSources takes the pair that everything else is about.
func (m *measurer) setSources(first, second js.Value) (err error) {
	m.a, m.b = pictureOf(first), pictureOf(second)
	m.sources, err = metrics.NewSources(metrics.Luminance(m.a), metrics.Luminance(m.b))
	return err
}

// fuse is the pair fused by a classical method, in the colours that suit it.
func (m *measurer) fuse(name string) (*core.RGBA, error) {
	if m.sources == nil {
		return nil, errNoPair
	}
	method, err := baseline.Named(name)
	if err != nil {
		return nil, err
	}
	fused := core.NewRGBA(m.a.Width, m.a.Height)
	return fused, method.Fuse(m.a, m.b, baseline.ColourOf(m.a, m.b), fused)
}

// figures measures a fusion of the pair. report gets every metric's value in
// turn; known is false where the picture is too small for it.
func (m *measurer) figures(fused *core.RGBA, report func(metric metrics.Metric, value float64, known bool)) error {
	if m.sources == nil {
		return errNoPair
	}
	plane := metrics.Luminance(fused)
	for _, metric := range quickFirst() {
		value, err := metric.Of(plane, m.sources)
		var small *metrics.TooSmall
		if err != nil && !errors.As(err, &small) {
			return err
		}
		report(metric, value, err == nil)
	}
	return nil
}

// slow are the metrics that take longer than all the others together, by the
// time they take.
var slow = []string{metrics.FMI.Name, metrics.Qp.Name}

// quickFirst is every metric, the slow ones last, so that most of what a visitor
// waits for is there soon.
func quickFirst() []metrics.Metric {
	all := slices.Clone(metrics.All)
	slices.SortStableFunc(all, func(p, q metrics.Metric) int {
		return slices.Index(slow, p.Name) - slices.Index(slow, q.Name)
	})
	return all
}
