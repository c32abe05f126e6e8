package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tcmoa/quant"
)

func newQuantise() *cobra.Command {
	var out string
	var meta quant.Meta
	cmd := &cobra.Command{
		Use:   "quantise IN.safetensors -o DIR",
		Short: "Make an int8 model folder of float weights",
		Long: `Quantise turns a safetensors file of float weights into the model folder that
the page streams and that fuse loads: weights.safetensors.zst, the matrices of
the linear layers as int8 with a scale per output channel, compressed in
independent frames, and model.json, which has the variant, the licence and
origin of the weights, and the SHA-256 sum of the file and of every frame.

The same input gives the same bytes. Files in DIR are replaced only when the new
ones are complete.`,
		Example: `  tcmoa quantise tiny-f32.safetensors -o model/tiny
  tcmoa quantise tiny-f32.safetensors -o model/tiny --name tiny --licence CC-BY-4.0 --origin "trained from scratch, see train/"`,
		Aliases: []string{"quantize"},
		Args:    exactly("IN.safetensors"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			src, err := openModel(args[0], nil)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, src.Close()) }()
			return writeFolder(cmd, out, src, meta)
		},
	}
	folderFlags(cmd, &out, &meta)
	return cmd
}

// folderFlags adds the flags of the verbs that write a model folder.
func folderFlags(cmd *cobra.Command, out *string, meta *quant.Meta) {
	f := cmd.Flags()
	f.StringVarP(out, "output", "o", "", "folder to write (required)")
	f.StringVar(&meta.Name, "name", "", "the model's name (default: the variant's)")
	f.StringVar(&meta.Licence, "licence", "", "licence of the weights, an SPDX identifier or a sentence")
	f.StringVar(&meta.Origin, "origin", "", "where the weights come from")
}

// writeFolder writes src as a model folder and says what came of it.
func writeFolder(cmd *cobra.Command, out string, src quant.Source, meta quant.Meta) error {
	if out == "" {
		return usagef("-o is missing: the folder to write")
	}
	bar := newProgress(cmd.ErrOrStderr(), "quantising")
	m, err := quant.WriteModel(cmd.Context(), out, src, meta, bar.of)
	bar.clear()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: model %s, %s in %d frames\n", out, m.Name, bytesText(m.Size), len(m.Frames))
	return nil
}
