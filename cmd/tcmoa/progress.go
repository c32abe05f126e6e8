package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is a bar on a terminal, and nothing elsewhere.
type progress struct{ bar *progressbar.ProgressBar }

// barSteps is how finely the bar divides its work.
const barSteps = 1000

func newProgress(w io.Writer, what string) progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return progress{}
	}
	return progress{progressbar.NewOptions(barSteps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetWidth(30),
		progressbar.OptionClearOnFinish(),
	)}
}

// describe says what is at work now.
func (p progress) describe(what string) {
	if p.bar != nil {
		p.bar.Describe(what)
	}
}

// set moves the bar to a share of the work, 0 to 1.
func (p progress) set(share float64) {
	if p.bar != nil {
		p.bar.Set(int(share * barSteps))
	}
}

// of is set in the form that quant reports progress.
func (p progress) of(done, total int64) { p.set(float64(done) / float64(max(total, 1))) }

// clear removes the bar, so that a line can be printed; the next set draws it
// anew.
func (p progress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
