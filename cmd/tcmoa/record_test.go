package main

import (
	"encoding/json/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tcmoa/core"
)

// TestRecord: a recording is made of a pair, and says what decided.
func TestRecord(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	out := filepath.Join(dir, "example")
	succeed(t, "record", "-task", "mff", "-model", model, "-o", out, a, b)
	text, err := os.ReadFile(filepath.Join(out, "recording.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Task, Backend string
		Sources       [2]string
		Routes        []any
	}
	if err := json.Unmarshal(text, &r, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	if r.Task != "mff" || r.Backend != "CPU, int8" || len(r.Routes) != testConfig.MoAs() || r.Sources[0] != "../"+filepath.Base(a) {
		t.Errorf("got %+v", r)
	}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"-task", "mff", a, b}, "-o is missing"},
		{[]string{"-o", out, a, b}, "--task is missing"},
		{[]string{"-task", "abc", "-model", model, "-o", out, a, b}, `unknown task "abc"`},
		{[]string{"-task", "mff", "-quality", "101", "-o", out, a, b}, "quality is 101"},
	} {
		if status, _, stderr := tcmoa(t, append([]string{"record"}, tc.args...)...); status != exitUsage || !strings.Contains(stderr, tc.want) {
			t.Errorf("%v: status %d, %q", tc.args, status, stderr)
		}
	}
}

// A network that decides nothing leaves nothing to record, and that is said
// before any work.
func TestRecordWithoutMixtures(t *testing.T) {
	dir := t.TempDir()
	a, b := testPair(t, dir)
	cfg := testConfig
	cfg.Tau, cfg.Head = 3, core.HeadPixels
	out := filepath.Join(dir, "example")
	status, _, stderr := tcmoa(t, "record", "-task", "mff", "-model", modelOf(t, cfg), "-o", out, a, b)
	if status != exitFailure || !strings.Contains(stderr, "has no mixture of adapters") {
		t.Errorf("status %d, %q", status, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder is made")
	}
}
