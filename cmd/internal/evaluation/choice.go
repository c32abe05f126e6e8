package evaluation

import (
	"fmt"
	"strings"

	"tcmoa/core"
	"tcmoa/metrics"
)

// Choice is the metrics to measure: those of a fusion and its sources, and those
// that compare it with the true result.
type Choice struct {
	Plain []metrics.Metric
	Truth []TruthMetric
}

// TruthMetric compares a fusion with the true result.
type TruthMetric struct {
	Name  string
	Title string
	Lower bool // the lower the better

	of func(fused, truth shot) (float64, error)
}

// shot is a picture in colour and its luminance.
type shot struct {
	colours   core.Picture
	luminance *metrics.Plane
}

func newShot(p core.Picture) shot { return shot{p, metrics.Luminance(p)} }

// TruthMetrics is every one of them. Their names say what of the pictures they
// compare: red, green and blue, or the luminance Y.
var TruthMetrics = []TruthMetric{
	{
		Name: "PSNR-gt-RGB", Title: "peak signal-to-noise ratio to the truth, in colour",
		of: func(fused, truth shot) (float64, error) { return metrics.ColourPSNR(fused.colours, truth.colours) },
	},
	ofLuminance("PSNR-gt-Y", metrics.TruthPSNR),
	ofLuminance("SSIM-gt-Y", metrics.TruthSSIM),
}

func ofLuminance(name string, r metrics.Reference) TruthMetric {
	return TruthMetric{
		Name: name, Title: r.Title, Lower: r.Lower,
		of: func(fused, truth shot) (float64, error) { return r.Of(fused.luminance, truth.luminance) },
	}
}

// Usual is the choice for a task: what is usually reported for it and, if the
// truth is known, the comparisons with that. A task that is not known has none.
func Usual(task string, truth bool) Choice {
	c := Choice{Plain: metrics.For(task)}
	if truth {
		c.Truth = TruthMetrics
	}
	return c
}

// All is every metric.
func All(truth bool) Choice {
	c := Choice{Plain: metrics.All}
	if truth {
		c.Truth = TruthMetrics
	}
	return c
}

// Named is the choice of metrics by their names, in upper or lower case.
func Named(names []string) (Choice, error) {
	var c Choice
	seen := map[string]bool{}
	for _, name := range names {
		key := strings.ToLower(strings.TrimSpace(name))
		if seen[key] {
			continue
		}
		seen[key] = true
		if !c.add(key) {
			return Choice{}, fmt.Errorf("metric %q is unknown: %s are", name, strings.Join(Names(), ", "))
		}
	}
	return c, nil
}

// add takes the metric of a name in lower case in, and reports whether there is
// one.
func (c *Choice) add(name string) bool {
	for _, m := range metrics.All {
		if strings.ToLower(m.Name) == name {
			c.Plain = append(c.Plain, m)
			return true
		}
	}
	for _, m := range TruthMetrics {
		if strings.ToLower(m.Name) == name {
			c.Truth = append(c.Truth, m)
			return true
		}
	}
	return false
}

// Names are the names of all metrics.
func Names() []string {
	var names []string
	for _, m := range All(true).metrics() {
		names = append(names, m.name)
	}
	return names
}

// metric is what a report says of one.
type metric struct {
	name  string
	lower bool
}

// metrics are the chosen ones in the order of a report.
func (c Choice) metrics() []metric {
	var all []metric
	for _, m := range c.Plain {
		all = append(all, metric{m.Name, m.Lower})
	}
	for _, m := range c.Truth {
		all = append(all, metric{m.Name, m.Lower})
	}
	return all
}
