package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tcmoa/cmd/internal/atomicfile"
	"tcmoa/core"
	"tcmoa/quant"
)

// overrides are the flags that say what the shapes of a checkpoint cannot.
type overrides struct {
	cmd      *cobra.Command
	variant  core.Config
	posEmbed string
}

func (o *overrides) flags(cmd *cobra.Command) {
	o.cmd = cmd
	f := cmd.Flags()
	f.IntVar(&o.variant.Tau, "tau", 0, "a mixture of adapters follows every tau blocks")
	f.IntVar(&o.variant.TauShift, "tau-shift", 0, "by how many blocks earlier")
	f.IntVar(&o.variant.Upsample, "upsample", 0, "factor by which pictures are enlarged first")
	f.IntVar(&o.variant.TopK, "top-k", 0, "experts that a token uses")
	f.IntVar(&o.variant.Shift, "shift", 0, "shift of every other block's windows, in tokens")
	f.StringVar(&o.posEmbed, "pos-embed", "", "how the position table covers a picture: stretch or window")
	f.BoolVar(&o.variant.ShiftOneWindow, "shift-single-window", false, "shift even where the picture is one window")
	f.StringSliceVar(&o.variant.Tasks, "tasks", nil, "names of the routers, in their order")
}

// adjust changes in c what flags were given for.
func (o *overrides) adjust(c *core.Config) {
	for name, set := range map[string]func(){
		"tau":                 func() { c.Tau = o.variant.Tau },
		"tau-shift":           func() { c.TauShift = o.variant.TauShift },
		"upsample":            func() { c.Upsample = o.variant.Upsample },
		"top-k":               func() { c.TopK = o.variant.TopK },
		"shift":               func() { c.Shift = o.variant.Shift },
		"pos-embed":           func() { c.PosEmbed = core.PosEmbed(o.posEmbed) },
		"shift-single-window": func() { c.ShiftOneWindow = o.variant.ShiftOneWindow },
		"tasks":               func() { c.Tasks = o.variant.Tasks },
	} {
		if o.cmd.Flags().Changed(name) {
			set()
		}
	}
}

func newConvert() *cobra.Command {
	var out string
	var meta quant.Meta
	var o overrides
	cmd := &cobra.Command{
		Use:   "convert X.pth -o DIR|FILE.safetensors",
		Short: "Import a published PyTorch checkpoint",
		Long: `Convert reads a checkpoint that PyTorch training code published (a zip archive
with the state dict, itself or under the key "model") and writes an int8 model
folder, or, where the name given to -o ends in .safetensors, a safetensors file
of float weights. No code of the checkpoint is run, and only one tensor is in
memory at a time.

The variant is found from the shapes of the tensors. What shapes cannot tell is
taken to be as in the published networks; the flags below change it.`,
		Example: `  tcmoa convert TC_MoA_base.pth -o model/base --licence "see the paper" --origin "TC-MoA, CVPR 2024"
  tcmoa convert TC_MoA_base.pth -o base-f32.safetensors
  tcmoa convert mine.pth -o model/mine --tau 2 --tau-shift 0`,
		Args: exactly("X.pth"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			src, err := openModel(args[0], o.adjust)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, src.Close()) }()
			if strings.EqualFold(filepath.Ext(out), ".safetensors") {
				return writeFloats(cmd, out, src)
			}
			return writeFolder(cmd, out, src, meta)
		},
	}
	folderFlags(cmd, &out, &meta)
	o.flags(cmd)
	return cmd
}

// writeFloats writes src as one safetensors file.
func writeFloats(cmd *cobra.Command, out string, src quant.Source) error {
	bar := newProgress(cmd.ErrOrStderr(), "converting")
	size := counter{}
	err := atomicfile.Write(out, func(w io.Writer) error {
		return quant.WriteSafetensors(cmd.Context(), io.MultiWriter(w, &size), src, bar.of)
	})
	bar.clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: model %s, %s\n", out, src.Config().Name, bytesText(size.n))
	return nil
}

// counter counts what is written to it.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
