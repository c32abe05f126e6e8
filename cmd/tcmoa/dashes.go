package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// doubleDashes gives long flags that are written with one dash, as Go's own
// flag package reads them, the two that cobra wants. Only names of this
// program's flags are touched, so that short flags (-o) and negative numbers
// stay what they are.
func doubleDashes(root *cobra.Command, args []string) []string {
	long := map[string]bool{"help": true, "version": true}
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { long[f.Name] = true })
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
	out := make([]string, len(args))
	for i, arg := range args {
		if arg == "--" { // what follows are no flags
			copy(out[i:], args[i:])
			break
		}
		if name, ok := strings.CutPrefix(arg, "-"); ok {
			if name, _, _ = strings.Cut(name, "="); long[name] {
				arg = "-" + arg
			}
		}
		out[i] = arg
	}
	return out
}
