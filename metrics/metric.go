package metrics

import (
	"fmt"
	"slices"
)

// The tasks, by the names the network gives its routers.
const (
	vif = "vif" // visible and infrared
	mef = "mef" // exposures
	mff = "mff" // focus distances
)

// Metric is a figure of a fusion that needs nothing but its sources.
type Metric struct {
	Name  string   // as in the literature's tables
	Title string   // in words
	Lower bool     // the lower the better; otherwise the higher
	Tasks []string // for which it is usually reported: "vif", "mef", "mff"
	Least int      // the shortest side, in pixels, of a picture it is defined for

	of func(f *Plane, s *Sources) float64
}

// All is every metric, in the order of the literature's usual groups:
// information, the picture alone, correlation, structure, edges and features,
// perception.
var All = []Metric{
	EN, MI, NMI, Qncie, FMI,
	SD, SF, AG,
	CC, SCD, PSNR,
	SSIM, MSSSIM, MEFSSIM, Qs, Qw, Qe, Qc, Qy,
	Qabf, Qp, VIF,
	Qcv, Qcb,
}

// For returns the metrics that are usually reported for a task.
func For(task string) []Metric {
	return slices.DeleteFunc(slices.Clone(All), func(m Metric) bool { return !slices.Contains(m.Tasks, task) })
}

// Of measures the fusion f of the sources.
func (m Metric) Of(f *Plane, s *Sources) (float64, error) {
	if err := checkPair(m.Name, m.Least, f, s.A); err != nil {
		return 0, err
	}
	return m.of(f, s), nil
}

// Reference is a figure of a fusion whose true result is known.
type Reference struct {
	Name  string
	Title string
	Lower bool
	Least int

	of func(f, truth *Plane) float64
}

// References is every metric that needs the true result.
var References = []Reference{TruthPSNR, TruthSSIM}

// Of measures f against the true result.
func (r Reference) Of(f, truth *Plane) (float64, error) {
	if err := truth.check(); err != nil {
		return 0, err
	}
	if err := checkPair(r.Name, r.Least, f, truth); err != nil {
		return 0, err
	}
	return r.of(f, truth), nil
}

// TooSmall is the error of a metric that has no value for so small a picture.
type TooSmall struct {
	Metric        string
	Least         int
	Width, Height int
}

func (e *TooSmall) Error() string {
	return fmt.Sprintf("%s needs pictures of at least %d×%d pixels: these have %d×%d", e.Metric, e.Least, e.Least, e.Width, e.Height)
}

func checkPair(name string, least int, f, other *Plane) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := sameSize(f, other); err != nil {
		return err
	}
	if min(f.Width, f.Height) < least {
		return &TooSmall{name, least, f.Width, f.Height}
	}
	return nil
}
