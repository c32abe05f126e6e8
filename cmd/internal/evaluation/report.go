package evaluation

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"io"
	"math"
)

// Report is what an evaluation found. Its JSON is part of the command's
// interface.
type Report struct {
	Task    string                          `json:"task"`
	Pairs   int                             `json:"pairs"`
	Methods map[string]map[string]Statistic `json:"methods"` // by method and metric

	methods []string // in the order of the table
	metrics []metric
}

// Statistic sums up the values of a metric.
type Statistic struct {
	Mean float64 `json:"mean"`
	Std  float64 `json:"std"` // of the values themselves: their root mean square distance from the mean
	// Pairs is how many pairs have a value, where not all have: some are too
	// small for a metric, or lack the truth.
	Pairs int `json:"pairs,omitzero"`
}

// report sums up what the pairs gave; failed ones are nil.
func (e *Evaluation) report(found []scores) *Report {
	r := &Report{Task: e.Task, Methods: map[string]map[string]Statistic{}, metrics: e.Choice.metrics()}
	for _, s := range found {
		if s != nil {
			r.Pairs++
		}
	}
	for i, m := range e.Methods {
		r.methods = append(r.methods, m.Name)
		statistics := map[string]Statistic{}
		for _, metric := range r.metrics {
			var values []float64
			for _, s := range found {
				if s == nil {
					continue
				}
				if v, ok := s[i][metric.name]; ok {
					values = append(values, v)
				}
			}
			if len(values) > 0 {
				statistics[metric.name] = sumUp(values, r.Pairs)
			}
		}
		r.Methods[m.Name] = statistics
	}
	return r
}

func sumUp(values []float64, pairs int) Statistic {
	var s Statistic
	n := float64(len(values))
	for _, v := range values {
		s.Mean += v / n
	}
	for _, v := range values {
		s.Std += (v - s.Mean) * (v - s.Mean) / n
	}
	s.Std = math.Sqrt(s.Std)
	if len(values) < pairs {
		s.Pairs = len(values)
	}
	return s
}

// WriteJSON writes the report, names in alphabetical order.
func (r *Report) WriteJSON(w io.Writer) error {
	if err := json.MarshalWrite(w, r, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
