package evaluation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tcmoa/metrics"
)

// twoPairs is a report of values that any processor sums up alike.
func twoPairs(t *testing.T) *Report {
	e := Evaluation{
		Task:    "mef",
		Methods: []Method{{Name: "ours"}, {Name: "a-long-name"}, {Name: "other"}},
		Choice:  named(t, "SSIM", "Qcv", "SF", "VIF", "PSNR-gt-RGB"),
	}
	pair := func(ours, long, other metrics.Values) scores { return scores{ours, long, other} }
	return e.report([]scores{
		pair(metrics.Values{"SSIM": .5, "Qcv": 1000, "SF": 4, "PSNR-gt-RGB": 48},
			metrics.Values{"SSIM": .25, "Qcv": 500, "SF": 2, "PSNR-gt-RGB": 44},
			metrics.Values{"SSIM": .625, "Qcv": 750, "SF": 4, "PSNR-gt-RGB": 40}),
		nil, // a pair that failed
		pair(metrics.Values{"SSIM": .75, "Qcv": 3000, "SF": 6},
			metrics.Values{"SSIM": .5, "Qcv": 500, "SF": 4},
			metrics.Values{"SSIM": .625 - 1./(1<<15), "Qcv": 250, "SF": 6}),
	})
}

// golden compares text with a file of testdata; with UPDATE=1 it writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

func TestReportGolden(t *testing.T) {
	r := twoPairs(t)
	var json, table strings.Builder
	if err := r.WriteJSON(&json); err != nil {
		t.Fatal(err)
	}
	if err := r.Print(&table); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.json", json.String())
	golden(t, "report.txt", table.String())
}

// TestOneMethod: where nothing is compared, nothing is best.
func TestOneMethod(t *testing.T) {
	e := Evaluation{Task: "vif", Methods: []Method{{Name: "ours"}}, Choice: named(t, "SD")}
	var table strings.Builder
	if err := e.report([]scores{{metrics.Values{"SD": 123.45}}}).Print(&table); err != nil {
		t.Fatal(err)
	}
	if text := table.String(); strings.Contains(text, "*") || !strings.Contains(text, "vif, 1 pair:") || !strings.Contains(text, "123.5 ± 0.0\n") {
		t.Error(text)
	}
}
