//go:build js && wasm

package main

import (
	"testing"

	measured "tcmoa/metrics"
	"tcmoa/metrics/baseline"
)

func TestMetricsAreThoseOfThePackage(t *testing.T) {
	if len(metrics) != len(measured.All) || len(classics) != len(baseline.All) {
		t.Fatalf("%d metrics and %d methods, want %d and %d", len(metrics), len(classics), len(measured.All), len(baseline.All))
	}
	for i, m := range measured.All {
		if got, want := *metrics[i], (metric{m.Name, m.Title, m.Lower}); got != want {
			t.Errorf("metric %d is %v, want %v", i, got, want)
		}
	}
	for i, m := range baseline.All {
		if got, want := *classics[i], (method{m.Name, m.Title}); got != want {
			t.Errorf("method %d is %v, want %v", i, got, want)
		}
	}
}

func TestBest(t *testing.T) {
	columns := []*column{
		{method: network, values: map[string]float64{"EN": 3, "Qcv": 9, "SD": 4}},
		{method: classics[0], values: map[string]float64{"EN": 2, "Qcv": 5, "SD": 4}},
		{method: classics[1], values: map[string]float64{"EN": 1, "Qcv": 7}},
	}
	for _, c := range []struct {
		name  string
		lower bool
		want  []bool
	}{
		{"EN", false, []bool{true, false, false}},
		{"Qcv", true, []bool{false, true, false}},
		{"SD", false, []bool{true, true, false}}, // equal, and one not measured
		{"AG", false, []bool{false, false, false}},
	} {
		m := &metric{name: c.name, lower: c.lower}
		for i, column := range columns {
			if got := m.best(column, columns); got != c.want[i] {
				t.Errorf("%s: column %d is best: %v", c.name, i, got)
			}
		}
	}
	if (&metric{name: "EN"}).best(columns[0], columns[:1]) {
		t.Error("one alone is the best")
	}
}
