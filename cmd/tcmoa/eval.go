package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tcmoa/cmd/internal/atomicfile"
	"tcmoa/cmd/internal/evaluation"
	"tcmoa/metrics"
)

// eval is the verb of that name: its flags.
type eval struct {
	steering
	methods   []string
	metrics   []string
	fused     []string
	json      string
	model     string
	precision string
	longSide  int
}

func newEval() *cobra.Command {
	v := &eval{}
	cmd := &cobra.Command{
		Use:   "eval --task vif|mef|mff DIR",
		Short: "Measure methods of fusion on a folder of pairs",
		Long: `Eval fuses every pair of a folder by every method, measures the fusions, and
prints the mean and the standard deviation of every metric for every method.

DIR holds the folders a and b, whose pictures are paired by their names without
extension, in the order that fuse wants. Where it also has a folder gt with
pictures that show what a perfect fusion is, fusions are compared with these
too; pairs without one count for the other metrics.

Methods: tcmoa is the network, with the flags that steer fuse. The classical
ones are average, max (the brighter pixel), laplacian (the stronger detail at
every scale), mertens (exposure fusion) and guided (guided-filter fusion); they
keep the colours of a source whose partner is grey. --fused measures pictures
that another program made of the same pairs: a folder with a picture for every
pair, under the pair's name; its own name is the method's.

Metrics are those usually reported for the task. --metrics all measures every
one, --metrics NAME,NAME... some of
` + fold("  ", evaluation.Names(), 78) + `
They judge luminance, and know the sources alone; those with gt in their names
compare with the folder gt instead: PSNR-gt-RGB over red, green and blue, as most
published figures do, PSNR-gt-Y and SSIM-gt-Y in luminance. FMI and Qp take
seconds a picture.

Fusions are rounded to 8 bits, as the files are that people get. With
--long-side, larger pictures are shrunk first; figures depend on size, so
compare only what was measured at the same.

A pair that cannot be read, fused or measured, by whatever method, is reported
and left out of all; the exit status then is 1.

--json writes the figures to a file, a metric's pairs only where some pairs
have no value:
  {"task": "vif", "pairs": 32, "methods": {"tcmoa": {"SSIM": {"mean": .7, "std": .1}}}}`,
		Example: `  tcmoa eval --task vif pairs/
  tcmoa eval --task mef --methods tcmoa,mertens --metrics MEF-SSIM,Qabf,Qcb pairs/
  tcmoa eval --task mff --long-side 640 --json mff.json pairs/
  tcmoa eval --task mef --fused enfuse/ pairs/             # beside all methods
  tcmoa eval --task mef --methods "" --fused enfuse/ pairs/   # alone
  tcmoa eval --task vif --model mine.safetensors --precision f32 pairs/
  tcmoa eval --task vif --methods tcmoa --router mff=1 pairs/ # another task's router`,
		Args: exactly("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd, args[0]) },
	}
	f := cmd.Flags()
	v.steering.flags(cmd)
	f.StringSliceVar(&v.methods, "methods", methodNames(), "methods to measure")
	f.StringSliceVar(&v.metrics, "metrics", nil, "metrics to measure, by name, or all (default: the task's usual ones)")
	f.StringArrayVar(&v.fused, "fused", nil, "folder of fusions that another program made; may be given several times")
	f.StringVar(&v.json, "json", "", "file to write the figures to")
	f.StringVarP(&v.model, "model", "m", "", modelFlagUsage)
	f.StringVar(&v.precision, "precision", "int8", "arithmetic of the network: int8 (fast) or f32 (exact)")
	f.IntVar(&v.longSide, "long-side", 0, "shrink pictures whose longer side has more pixels (default: measure them as they are)")
	return cmd
}

func (v *eval) run(cmd *cobra.Command, dir string) error {
	e, err := v.plan(cmd.Context(), dir, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	bar := newProgress(cmd.ErrOrStderr(), "evaluating")
	defer bar.clear()
	failed := 0
	e.Progress = bar.set
	e.Failed = func(pair string, err error) {
		failed++
		bar.clear()
		fmt.Fprintf(cmd.ErrOrStderr(), "tcmoa: pair %s is left out: %v\n", pair, err)
	}
	report, err := e.Run(cmd.Context())
	bar.clear()
	if err != nil {
		return err
	}
	if report.Pairs > 0 {
		err = report.Print(cmd.OutOrStdout())
		if v.json != "" {
			err = errors.Join(err, atomicfile.Write(v.json, report.WriteJSON))
		}
	}
	if failed > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d pairs could not be evaluated", failed, len(e.Pairs)))
	}
	return err
}

// plan finds out what there is to do, and what speaks against it before hours
// are spent.
func (v *eval) plan(ctx context.Context, dir string, stderr io.Writer) (*evaluation.Evaluation, error) {
	if v.longSide < 0 {
		return nil, usagef("--long-side is %d: want a number of pixels", v.longSide)
	}
	if err := v.checkTask(); err != nil {
		return nil, err
	}
	pairs, unmatched, truth, err := evalPairs(dir, v.longSide)
	if err != nil {
		return nil, err
	}
	choice, err := v.choice(dir, truth)
	if err != nil {
		return nil, err
	}
	if v.json != "" {
		if folder := filepath.Dir(v.json); !exists(folder) {
			return nil, fmt.Errorf("there is no folder %s to write %s into", folder, filepath.Base(v.json))
		}
	}
	methods, err := v.listMethods(ctx)
	if err != nil {
		return nil, err
	}
	for _, path := range unmatched {
		fmt.Fprintf(stderr, "tcmoa: %s has no partner of the same name: left out\n", path)
	}
	return &evaluation.Evaluation{Task: v.task, Pairs: pairs, Methods: methods, Choice: choice}, nil
}

// checkTask wants a task that has usual metrics.
func (v *eval) checkTask() error {
	switch {
	case v.task == "":
		return usagef("--task is missing: say what the pairs are, vif, mef or mff")
	case len(metrics.For(v.task)) == 0:
		return usagef("task %q is unknown: vif, mef and mff are", v.task)
	}
	return nil
}

// choice is the metrics to measure. truth says whether the folder has true
// results.
func (v *eval) choice(dir string, truth bool) (evaluation.Choice, error) {
	switch {
	case len(v.metrics) == 0:
		return evaluation.Usual(v.task, truth), nil
	case len(v.metrics) == 1 && strings.EqualFold(v.metrics[0], "all"):
		return evaluation.All(truth), nil
	}
	c, err := evaluation.Named(v.metrics)
	if err != nil {
		return c, usageError{err}
	}
	if len(c.Truth) > 0 && !truth {
		return c, usagef("%s needs a folder %s with the true results", c.Truth[0].Name, filepath.Join(dir, "gt"))
	}
	return c, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// fold sets words in lines of at most width characters, all but the first
// behind an indent.
func fold(indent string, words []string, width int) string {
	var text strings.Builder
	line := indent
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if line != indent && len(line)+1+len(word) > width {
			text.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return text.String() + line + "."
}
