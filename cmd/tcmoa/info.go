package main

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tcmoa/core"
	"tcmoa/quant"
)

// modelInfo is what info tells of a model; its JSON is part of the command's
// interface.
type modelInfo struct {
	Name       string      `json:"name"`
	Path       string      `json:"path"`
	Variant    core.Config `json:"variant"`
	Tensors    int         `json:"tensors"`
	Parameters int64       `json:"parameters"`
	Int8       int64       `json:"int8_parameters"` // of them, those stored as int8
	Size       int64       `json:"size"`            // of the weight file, bytes
	// Of a model folder only:
	Content  int64         `json:"content,omitzero"` // decompressed, bytes
	SHA256   string        `json:"sha256,omitzero"`
	Licence  string        `json:"licence,omitzero"`
	Origin   string        `json:"origin,omitzero"`
	Frames   []quant.Frame `json:"frames,omitempty"`
	Verified bool          `json:"verified,omitzero"` // all hashes were checked just now
}

func newInfo() *cobra.Command {
	var asJSON, verify bool
	cmd := &cobra.Command{
		Use:   "info [MODEL]",
		Short: "Tell what a model is",
		Long: `Info describes a model folder, a safetensors file or a PyTorch checkpoint: its
variant, its parameters, its size, and, of a folder, licence, origin and frames.
Without MODEL it describes the one that fuse would use.`,
		Example: `  tcmoa info model/tiny
  tcmoa info --verify model/tiny        # reads all weights and checks their hashes
  tcmoa info --json TC_MoA_base.pth`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%q is one argument too many: info describes one model", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := findModel(strings.Join(args, ""))
			if err != nil {
				return err
			}
			info, err := describeModel(cmd, path, verify)
			if err != nil {
				return err
			}
			if asJSON {
				text, err := json.Marshal(info, jsontext.WithIndent("  "))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
				return err
			}
			return info.print(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&verify, "verify", false, "read all weights of a folder and check their hashes")
	return cmd
}

func describeModel(cmd *cobra.Command, path string, verify bool) (info modelInfo, err error) {
	src, err := openModel(path, nil)
	if err != nil {
		return info, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	info = modelInfo{Name: src.Config().Name, Path: path, Variant: src.Config()}
	for _, t := range src.Tensors() {
		if core.Unused(t.Name) {
			continue
		}
		n, err := core.Elements(t.Shape)
		if err != nil {
			return info, err
		}
		info.Tensors++
		info.Parameters += int64(n)
		if t.Int8 {
			info.Int8 += int64(n)
		}
	}
	folder, ok := src.(*quant.Model)
	if !ok {
		if verify {
			return info, usagef("%s has no hashes to verify: only a model folder has", path)
		}
		stat, err := os.Stat(path)
		if err != nil {
			return info, err
		}
		info.Size = stat.Size()
		return info, nil
	}
	m := folder.Manifest
	info.Name, info.Licence, info.Origin = m.Name, m.Licence, m.Origin
	info.Size, info.Content, info.SHA256, info.Frames = m.Size, m.Content(), m.SHA256.String(), m.Frames
	if verify {
		bar := newProgress(cmd.ErrOrStderr(), "verifying")
		err = folder.Verify(cmd.Context(), bar.of)
		bar.clear()
		info.Verified = err == nil
	}
	return info, err
}

func (m modelInfo) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(what, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", what, fmt.Sprintf(format, args...))
	}
	c := m.Variant
	line("model", "%s (%s)", m.Name, m.Path)
	line("parameters", "%s in %d tensors, %s of them int8", countText(m.Parameters), m.Tensors, countText(m.Int8))
	line("encoder", "%d blocks of width %d, %d heads", c.Depth, c.Dim, c.Heads)
	line("decoder", "%d blocks of width %d, %d heads, head %q", c.DecoderDepth, c.DecoderDim, c.DecoderHeads, c.Head)
	line("pictures", "enlarged ×%d, patches of %d×%d, windows of %d×%d tokens (%d pixels), shift %d, positions %q",
		c.Upsample, c.Patch, c.Patch, c.Window, c.Window, c.Span(), c.Shift, c.PosEmbed)
	line("adapters", "%d mixtures in the encoder, %d in the decoder (tau %d, shifted by %d); %d of %d experts a token",
		c.EncoderMoAs(), c.DecoderMoAs(), c.Tau, c.TauShift, c.TopK, c.Experts)
	line("tasks", "%s", strings.Join(c.Tasks, ", "))
	if len(m.Frames) == 0 {
		line("size", "%s", bytesText(m.Size))
		return t.Flush()
	}
	line("size", "%s, %s decompressed", bytesText(m.Size), bytesText(m.Content))
	line("licence", "%s", m.Licence)
	line("origin", "%s", m.Origin)
	verified := ""
	if m.Verified {
		verified = " (verified, with all frames)"
	}
	line("sha256", "%s%s", m.SHA256, verified)
	for i, f := range m.Frames {
		line(fmt.Sprintf("frame %d", i), "%s at %d, %s decompressed, sha256 %s", bytesText(f.Length), f.Offset, bytesText(f.Content), f.SHA256)
	}
	return t.Flush()
}
