package metrics

import (
	"context"
	"errors"
)

// Values are figures of a fusion by the names of their metrics. Metrics for which
// the pictures are too small are absent.
type Values map[string]float64

// Evaluate measures several fusions of the same sources, the metrics of the list
// one after the other: what concerns the sources alone is worked out once.
// progress, if not nil, is told after each value how many there are of how many.
// When ctx is done Evaluate stops before the next value and returns its cause.
func Evaluate(ctx context.Context, s *Sources, fused []*Plane, list []Metric, progress func(done, total int)) ([]Values, error) {
	all := make([]Values, len(fused))
	for i := range all {
		all[i] = make(Values, len(list))
	}
	done := 0
	for _, m := range list {
		for i, f := range fused {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			v, err := m.Of(f, s)
			var small *TooSmall
			switch {
			case err == nil:
				all[i][m.Name] = v
			case !errors.As(err, &small):
				return nil, err
			}
			done++
			if progress != nil {
				progress(done, len(fused)*len(list))
			}
		}
	}
	return all, nil
}
