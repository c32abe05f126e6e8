package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"tcmoa/cmd/internal/staticsite"
)

func newPack() *cobra.Command {
	return &cobra.Command{
		Use:   "pack DIR",
		Short: "Compress a site's files beforehand",
		Long: `Pack puts .br and .gz files beside every file of a site that is worth
compressing (pages, scripts, styles, WebAssembly and the like, from 1 KiB on), for
serve and for static hosts that send them to browsers that accept them. Files
that are current already are left alone, outdated ones replaced or removed.`,
		Example: "  tcmoa pack dist",
		Args:    exactly("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			bar := newProgress(cmd.ErrOrStderr(), "compressing")
			p, err := staticsite.Pack(cmd.Context(), args[0], bar.of)
			bar.clear()
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %d files of %s: %s with brotli, %s with gzip (%d siblings written, the others were current)\n",
				args[0], p.Files, bytesText(p.Size), bytesText(p.Brotli), bytesText(p.Gzip), p.Fresh)
			return nil
		},
	}
}
