package main

import (
	"reflect"
	"testing"

	"github.com/spf13/cobra"

	"tcmoa/core"
)

// TestOverrides: a flag changes what it names, and only if it is given.
func TestOverrides(t *testing.T) {
	inferred := core.Config{Tau: 4, TauShift: 2, Upsample: 2, TopK: 2, Shift: 7, PosEmbed: core.PosStretch, ShiftOneWindow: true, Tasks: []string{"a"}}
	for _, c := range []struct {
		flags  []string
		change func(*core.Config)
	}{
		{nil, func(*core.Config) {}},
		{[]string{"--tau", "2", "--tau-shift", "0"}, func(c *core.Config) { c.Tau, c.TauShift = 2, 0 }},
		{[]string{"--upsample", "1", "--top-k", "3", "--shift", "0"}, func(c *core.Config) { c.Upsample, c.TopK, c.Shift = 1, 3, 0 }},
		{[]string{"--pos-embed", "window", "--shift-single-window=false"}, func(c *core.Config) { c.PosEmbed, c.ShiftOneWindow = core.PosWindow, false }},
		{[]string{"--tasks", "ct,mri"}, func(c *core.Config) { c.Tasks = []string{"ct", "mri"} }},
	} {
		var o overrides
		cmd := &cobra.Command{}
		o.flags(cmd)
		if err := cmd.ParseFlags(c.flags); err != nil {
			t.Fatal(err)
		}
		got, want := inferred, inferred
		o.adjust(&got)
		c.change(&want)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", c.flags, got, want)
		}
	}
}
