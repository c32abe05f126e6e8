//go:build js && wasm

package main

// metric is one of package metrics', which this program does without: it would
// grow by what only some visitors need. A test holds both equal.
type metric struct {
	name, title string
	lower       bool // the lower the better; otherwise the higher
}

func figure(name, title string, lower bool) *metric { return &metric{name, title, lower} }

var metrics = []*metric{
	figure("EN", mark("entropy"), false),
	figure("MI", mark("mutual information"), false),
	figure("NMI", mark("normalised mutual information"), false),
	figure("Qncie", mark("nonlinear correlation information entropy"), false),
	figure("FMI", mark("feature mutual information"), false),
	figure("SD", mark("standard deviation"), false),
	figure("SF", mark("spatial frequency"), false),
	figure("AG", mark("average gradient"), false),
	figure("CC", mark("correlation coefficient"), false),
	figure("SCD", mark("sum of the correlations of differences"), false),
	figure("PSNR", mark("peak signal-to-noise ratio"), false),
	figure("SSIM", mark("structural similarity"), false),
	figure("MS-SSIM", mark("multi-scale structural similarity"), false),
	figure("MEF-SSIM", mark("structural similarity for exposure fusion"), false),
	figure("Qs", mark("Piella’s fusion quality index"), false),
	figure("Qw", mark("Piella’s weighted fusion quality index"), false),
	figure("Qe", mark("Piella’s edge-dependent fusion quality index"), false),
	figure("Qc", mark("Cvejic’s similarity metric"), false),
	figure("Qy", mark("Yang’s similarity metric"), false),
	figure("Qabf", mark("edges carried over"), false),
	figure("Qp", mark("phase congruency"), false),
	figure("VIF", mark("visual information fidelity"), false),
	figure("Qcv", mark("perceived difference (Chen–Varshney)"), true),
	figure("Qcb", mark("perceived contrast (Chen–Blum)"), false),
}

// method is a way to fuse: the network's, or one of package baseline's.
type method struct{ name, title string }

// network is this project's method among the others.
var network = &method{name: "network", title: mark("Fused")}

// classics are package baseline's, likewise held equal by a test.
var classics = []*method{
	{name: "average", title: mark("Average")},
	{name: "max", title: mark("Maximum")},
	{name: "laplacian", title: mark("Laplacian pyramid")},
	{name: "mertens", title: mark("Exposure fusion")},
	{name: "guided", title: mark("Guided filter")},
}

// classic is the method of a name.
func classic(name string) *method {
	for _, m := range classics {
		if m.name == name {
			return m
		}
	}
	panic("index.html names an unknown method: " + name)
}
