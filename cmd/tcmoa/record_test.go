package main

import (
	"encoding/json/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
