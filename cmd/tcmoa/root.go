package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // what a shell reports of a program that Ctrl-C ended
)

// run is the program: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(doubleDashes(root, args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "tcmoa: interrupted")
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "tcmoa: %v\n%s --help tells more.\n", err, cmd.CommandPath())
		return exitUsage
	}
	fmt.Fprintf(stderr, "tcmoa: %v\n", err)
	return exitFailure
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tcmoa",
		Short: "Fuse pictures of one scene into one",
		Long: `tcmoa fuses two registered pictures of one scene into one: visible light and
infrared, two exposures, two focus distances. A vision transformer with a
task-customised mixture of adapters decides, place by place, what to take from
which picture. Everything runs on this machine.

Flags may be written with one dash or two: -task mff is --task mff.

Exit status: 0 success, 1 an error or a pair that failed, 2 wrong usage,
130 interrupted.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("there is no verb %q", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newFuse(), newRecord(), newEval(), newQuantise(), newConvert(), newInfo(), newServe(), newPack())
	return root
}

// version is the module's version, as the build recorded it from the repository.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return cmp.Or(info.Main.Version, "unknown")
	}
	return "unknown"
}

// usageError is a mistake in the command line: the exit status tells it from
// what went wrong later.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exactly wants as many arguments as it has names.
func exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch n := len(args); {
		case n < len(names):
			return usagef("%s is missing: %s", names[n], cmd.UseLine())
		case n > len(names):
			return usagef("%q is one argument too many: %s", args[len(names)], cmd.UseLine())
		}
		return nil
	}
}
